package dev.easel.fakes.images;

import static dev.easel.fakes.images.FakeService.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What ComfyUI finds wrong with a prompt before it is queued, node by node. */
final class ComfyUiChecks {
  private static final List<String> CHECKPOINTS = List.of("fake-xl.safetensors");
  private static final List<String> UPSCALERS = List.of("4x-fake.pth");

  /** Which input of a class of nodes names a file. */
  static final Map<String, String> FILE_INPUTS =
      Map.of("CheckpointLoaderSimple", "ckpt_name", "UpscaleModelLoader", "model_name");

  private ComfyUiChecks() {}

  /**
   * @param files the names of what was uploaded
   */
  static void check(JsonNode nodes, Set<String> files) throws Refusal {
    boolean saves = false;
    for (var entry : nodes.properties()) {
      JsonNode node = entry.getValue();
      String type = node.path("class_type").asText();
      JsonNode inputs = node.path("inputs");
      saves |= type.equals("SaveImage") || type.equals("PreviewImage");
      if (type.startsWith("No")) {
        throw refusal(
            "missing_node_type", "Node '" + type + "' not found.", JSON.createObjectNode());
      }
      for (var input : inputs.properties()) {
        JsonNode link = input.getValue();
        if (link.isArray() && !nodes.has(link.path(0).asText())) {
          throw invalid(entry.getKey(), type, input.getKey(), "bad_linked_input");
        }
      }
      String file = FILE_INPUTS.get(type);
      if (file != null && !options(type).contains(inputs.path(file).asText())) {
        throw invalid(entry.getKey(), type, file, "value_not_in_list");
      }
      if (type.startsWith("LoadImage") && !files.contains(inputs.path("image").asText())) {
        throw invalid(entry.getKey(), type, "image", "custom_validation_failed");
      }
      if (type.equals("KSampler") && inputs.path("steps").asInt(20) > 10_000) {
        throw invalid(entry.getKey(), type, "steps", "value_bigger_than_max");
      }
    }
    if (!saves) {
      throw refusal("prompt_no_outputs", "Prompt has no outputs", JSON.createObjectNode());
    }
  }

  /** The files that a class of nodes can load. */
  static List<String> options(String type) {
    return type.equals("CheckpointLoaderSimple") ? CHECKPOINTS : UPSCALERS;
  }

  private static Refusal invalid(String id, String type, String input, String error) {
    ObjectNode errors = JSON.createObjectNode();
    ObjectNode node = errors.putObject(id).put("class_type", type);
    node.putArray("dependent_outputs").add("9");
    ObjectNode first = node.putArray("errors").addObject();
    first.put("type", error).put("message", "Wrong value").put("details", input);
    first.putObject("extra_info").put("input_name", input);
    return refusal("prompt_outputs_failed_validation", "Prompt outputs failed validation", errors);
  }

  static Refusal refusal(String type, String message, ObjectNode nodeErrors) {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode error = root.putObject("error");
    error.put("type", type).put("message", message).put("details", "").putObject("extra_info");
    root.set("node_errors", nodeErrors);
    return new Refusal(400, root);
  }
}
