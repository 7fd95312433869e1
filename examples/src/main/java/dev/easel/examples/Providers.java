package dev.easel.examples;

import static dev.easel.examples.Setting.EASEL_COMFYUI_URL;
import static dev.easel.examples.Setting.EASEL_COMFYUI_WORKFLOW;
import static dev.easel.examples.Setting.EASEL_PROVIDER;
import static dev.easel.examples.Setting.EASEL_WEBUI_AUTH;
import static dev.easel.examples.Setting.FAL_KEY;
import static dev.easel.examples.Setting.OPENAI_API_KEY;

import dev.easel.http.HttpAccess;
import dev.easel.http.HttpImageProvider;
import dev.easel.http.HttpImageProviders;
import dev.easel.image.ImageProvider;
import dev.easel.local.LocalImageProvider;
import dev.easel.routing.RoutingProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who makes the pictures, in the order of preference that the settings name. */
final class Providers {
  private static final Logger log = LoggerFactory.getLogger(Providers.class);

  private static final String LOCAL = "local";
  private static final String NAMES = LOCAL + ", " + String.join(", ", HttpImageProviders.NAMES);

  private Providers() {}

  static ImageProvider of(Values values) {
    List<String> names = values.list(EASEL_PROVIDER);
    if (names.isEmpty() || new HashSet<>(names).size() < names.size()) {
      throw new BadSetting(
          EASEL_PROVIDER, "names nobody, or somebody twice", "give one or several of " + NAMES);
    }
    List<ImageProvider> providers = new ArrayList<>();
    for (String name : names) {
      if (name.equals(LOCAL)) {
        providers.add(LocalImageProvider.create());
      } else if (HttpImageProviders.NAMES.contains(name)) {
        providers.add(http(name, values));
      } else {
        throw new BadSetting(
            EASEL_PROVIDER, "names '" + name + "'", "give one or several of " + NAMES);
      }
    }
    if (providers.size() == 1) {
      return providers.get(0);
    }
    RoutingProvider.Builder all = RoutingProvider.builder();
    providers.forEach(all::add);
    return all.build();
  }

  /**
   * A key that the service refuses stops the start; a service that does not answer is a warning.
   */
  private static ImageProvider http(String name, Values values) {
    HttpImageProvider provider;
    try {
      provider = HttpImageProviders.of(name, settings(values), HttpAccess.shared());
    } catch (IllegalArgumentException e) {
      throw new BadSetting(EASEL_PROVIDER, "names " + name, String.valueOf(e.getMessage()));
    }
    try {
      HttpImageProviders.requireRightKey(provider, log::warn);
      return provider;
    } catch (IllegalArgumentException e) {
      throw new BadSetting(
          keyOf(name), "is not what it should be", e.getMessage() + ", so give the right one");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BadSetting(EASEL_PROVIDER, "names " + name, "the start was interrupted");
    }
  }

  private static Setting keyOf(String name) {
    return switch (name) {
      case "openai" -> OPENAI_API_KEY;
      case "webui" -> EASEL_WEBUI_AUTH;
      case "fal" -> FAL_KEY;
      default -> EASEL_COMFYUI_URL; // it has no key
    };
  }

  private static Map<String, String> settings(Values values) {
    Map<String, String> settings = new HashMap<>();
    for (Setting setting : Setting.values()) {
      settings.put(setting.name(), values.text(setting));
    }
    if (values.isSet(EASEL_COMFYUI_WORKFLOW)) {
      settings.put(EASEL_COMFYUI_WORKFLOW.name(), workflow(values));
    }
    return settings;
  }

  private static String workflow(Values values) {
    try {
      String json = Files.readString(Path.of(values.text(EASEL_COMFYUI_WORKFLOW)));
      if (!json.isBlank()) { // else it would be as if nothing were set
        return json;
      }
    } catch (IOException | InvalidPathException e) {
      // the sentence below is the same
    }
    throw new BadSetting(
        EASEL_COMFYUI_WORKFLOW,
        "cannot be read or is empty",
        "give the file of a workflow in API format");
  }
}
