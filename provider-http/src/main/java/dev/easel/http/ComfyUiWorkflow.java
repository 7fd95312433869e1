package dev.easel.http;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A workflow of ComfyUI, in the form that its menu saves as "API", and which inputs of its nodes
 * are filled for each picture. Immutable.
 */
public final class ComfyUiWorkflow {
  /** What may be filled in. */
  public enum Slot {
    PROMPT,
    NEGATIVE_PROMPT,
    SEED,
    WIDTH,
    HEIGHT,
    STEPS,
    GUIDANCE,
    /** The file of the model. Where it is empty, the first that the server has is taken. */
    MODEL,
    /** A picture to start from, as the name of an uploaded file. */
    IMAGE,
    /** A mask, as the name of an uploaded file; white is repainted. */
    MASK,
    /** How far to leave the original. */
    STRENGTH
  }

  private record Place(String node, String input) {}

  private final ObjectNode nodes;
  private final Map<Slot, List<Place>> slots;

  private ComfyUiWorkflow(ObjectNode nodes, Map<Slot, List<Place>> slots) {
    this.nodes = nodes;
    this.slots = Map.copyOf(slots);
  }

  /** Pictures from words, with any Stable Diffusion checkpoint. */
  public static ComfyUiWorkflow generate() {
    return ready("generate");
  }

  /** A whole picture changed. */
  public static ComfyUiWorkflow edit() {
    return ready("edit");
  }

  /** A picture changed under a mask. */
  public static ComfyUiWorkflow inpaint() {
    return ready("inpaint");
  }

  /** A picture enlarged with an upscaling model. */
  public static ComfyUiWorkflow upscale() {
    return ready("upscale");
  }

  private static ComfyUiWorkflow ready(String name) {
    try (InputStream in =
        requireNonNull(
            ComfyUiWorkflow.class.getResourceAsStream("comfyui-" + name + ".json"), name)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a workflow: either as ComfyUI exports it for its API, when the slots are found by looking
   * at its sampler, or as {@code {"bindings": {"prompt": ["6.text"], …}, "workflow": {…}}}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static ComfyUiWorkflow parse(String json) {
    JsonNode tree = Json.lenient(json);
    boolean bound = tree.path("bindings").isObject();
    JsonNode nodes = bound ? tree.path("workflow") : tree;
    if (!(nodes instanceof ObjectNode object) || object.isEmpty()) {
      throw new IllegalArgumentException("not a workflow in ComfyUI's API format");
    }
    for (JsonNode node : object) {
      if (!node.path("class_type").isTextual() || !node.path("inputs").isObject()) {
        throw new IllegalArgumentException(
            "not a workflow in ComfyUI's API format: each node has class_type and inputs");
      }
    }
    ComfyUiWorkflow workflow = new ComfyUiWorkflow(object, Map.of());
    return bound ? workflow.bound(tree.path("bindings")) : workflow.inferred();
  }

  private ComfyUiWorkflow bound(JsonNode bindings) {
    ComfyUiWorkflow workflow = this;
    for (Map.Entry<String, JsonNode> binding : bindings.properties()) {
      Slot slot = slotOf(binding.getKey());
      for (JsonNode place : binding.getValue()) {
        String[] parts = place.asText().split("\\.", 2);
        workflow = workflow.bind(slot, parts[0], parts.length > 1 ? parts[1] : "");
      }
    }
    return workflow;
  }

  private static Slot slotOf(String name) {
    return Arrays.stream(Slot.values())
        .filter(slot -> slot.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "its bindings name something other than "
                        + Arrays.toString(Slot.values()).toLowerCase(Locale.ROOT)));
  }

  /** Looks at the sampler and what is linked to it. */
  private ComfyUiWorkflow inferred() {
    ComfyUiWorkflow found = this;
    for (Map.Entry<String, JsonNode> entry : nodes.properties()) {
      String id = entry.getKey();
      String type = entry.getValue().path("class_type").asText();
      if (type.startsWith("KSampler") && found.slots.get(Slot.SEED) == null) {
        found = found.bindIf(Slot.SEED, id, "seed").bindIf(Slot.SEED, id, "noise_seed");
        found = found.bindIf(Slot.STEPS, id, "steps").bindIf(Slot.GUIDANCE, id, "cfg");
        found = found.bindText(Slot.PROMPT, link(id, "positive"));
        found = found.bindText(Slot.NEGATIVE_PROMPT, link(id, "negative"));
        String latent = link(id, "latent_image");
        found = found.bindIf(Slot.WIDTH, latent, "width").bindIf(Slot.HEIGHT, latent, "height");
      } else if (type.equals("CheckpointLoaderSimple")) {
        found = found.bindIf(Slot.MODEL, id, "ckpt_name");
      } else if (type.equals("LoadImage")) {
        found = found.bindIf(Slot.IMAGE, id, "image");
      } else if (type.equals("LoadImageMask")) {
        found = found.bindIf(Slot.MASK, id, "image");
      }
    }
    return found;
  }

  private String link(String id, String input) {
    return nodes.path(id).path("inputs").path(input).path(0).asText("");
  }

  private ComfyUiWorkflow bindIf(Slot slot, String id, String input) {
    boolean isValue = nodes.path(id).path("inputs").path(input).isValueNode();
    return isValue ? bind(slot, id, input) : this;
  }

  /** Follows conditionings to the words that they come from. */
  private ComfyUiWorkflow bindText(Slot slot, String id) {
    String at = id;
    for (int hops = 0; hops < 10 && !at.isEmpty(); hops++) {
      if (nodes.path(at).path("inputs").path("text").isTextual()) {
        return bind(slot, at, "text");
      }
      at = link(at, "conditioning");
    }
    return this;
  }

  /**
   * The same workflow with one more place that is filled.
   *
   * @throws IllegalArgumentException if there is no such node
   */
  public ComfyUiWorkflow bind(Slot slot, String node, String input) {
    if (!nodes.path(node).path("inputs").has(input)) {
      throw new IllegalArgumentException("the workflow has no input " + node + "." + input);
    }
    Map<Slot, List<Place>> more = new EnumMap<>(Slot.class);
    more.putAll(slots);
    List<Place> places = new ArrayList<>(more.getOrDefault(slot, List.of()));
    places.add(new Place(node, input));
    more.put(slot, List.copyOf(places));
    return new ComfyUiWorkflow(nodes, more);
  }

  boolean has(Slot slot) {
    return slots.containsKey(slot);
  }

  /** The class of the node that wants a model, where none is named yet. */
  Optional<Wanted> missingModel() {
    return slots.getOrDefault(Slot.MODEL, List.of()).stream()
        .filter(p -> nodes.path(p.node()).path("inputs").path(p.input()).asText("").isEmpty())
        .map(p -> new Wanted(nodes.path(p.node()).path("class_type").asText(), p.input()))
        .findFirst();
  }

  /** An input of a class of nodes. */
  record Wanted(String classType, String input) {}

  /** The nodes, to be filled and sent. */
  ObjectNode copy() {
    return nodes.deepCopy();
  }

  /** Puts a value into all places of a slot. */
  void fill(ObjectNode copy, Slot slot, JsonNode value) {
    for (Place place : slots.getOrDefault(slot, List.of())) {
      ((ObjectNode) copy.path(place.node()).path("inputs")).set(place.input(), value);
    }
  }
}
