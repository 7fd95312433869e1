package dev.easel.http;

import static java.util.Objects.requireNonNull;

import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Makes providers from settings, under the names that programs give to variables of the
 * environment:
 *
 * <pre>
 * openai   OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_IMAGE_MODEL, EASEL_OPENAI_PROFILE
 * webui    EASEL_WEBUI_URL, EASEL_WEBUI_AUTH (user:password)
 * comfyui  EASEL_COMFYUI_URL, EASEL_COMFYUI_WORKFLOW (the workflow itself, not its file's name)
 * fal      FAL_KEY, FAL_MODEL_GENERATE, _EDIT, _UPSCALE, _REMOVE_BACKGROUND, _SWAP_FACES
 * </pre>
 */
public final class HttpImageProviders {
  /** The names that {@link #of} knows. */
  public static final List<String> NAMES = List.of("openai", "webui", "comfyui", "fal");

  private static final String ADDRESS = "the server's address";

  private static final Map<String, OpenAiProfile> PROFILES =
      Map.of(
          "openai", OpenAiProfile.OPENAI,
          "compatible", OpenAiProfile.COMPATIBLE,
          "sd-server", OpenAiProfile.SD_SERVER,
          "localai", OpenAiProfile.LOCAL_AI,
          "vllm-omni", OpenAiProfile.VLLM_OMNI);

  private HttpImageProviders() {}

  /**
   * Makes one.
   *
   * @param settings those that are not empty are used; others than the above are ignored
   * @throws IllegalArgumentException that says in one sentence which setting is missing or wrong,
   *     without its value
   */
  public static HttpImageProvider of(String name, Map<String, String> settings, HttpAccess access) {
    Settings s = new Settings(settings);
    return switch (requireNonNull(name, "name").toLowerCase(Locale.ROOT)) {
      case "openai" -> openAi(s, access);
      case "webui" -> webUi(s, access);
      case "comfyui" -> comfyUi(s, access);
      case "fal" -> fal(s, access);
      default ->
          throw new IllegalArgumentException(
              "there is no provider '" + name + "': give one of " + NAMES);
    };
  }

  /**
   * Asks a provider's service whether key and address are right.
   *
   * @param warn hears one sentence if the service cannot be reached now, which may pass
   * @throws IllegalArgumentException in one sentence, if the service refuses the key
   */
  public static void requireRightKey(HttpImageProvider provider, Consumer<String> warn)
      throws InterruptedException {
    try {
      provider.verify();
    } catch (ProviderException e) {
      String name = provider.capabilities().provider();
      if (e.kind() == Kind.AUTHENTICATION || e.kind() == Kind.PERMISSION_DENIED) {
        throw new IllegalArgumentException(
            "the service of the provider " + name + " refuses the key", e);
      }
      warn.accept("The provider " + name + " does not answer well yet: " + e.getMessage());
    }
  }

  private static HttpImageProvider openAi(Settings s, HttpAccess access) {
    Optional<String> key = s.get("OPENAI_API_KEY");
    Optional<String> url = s.get("OPENAI_BASE_URL");
    if (key.isEmpty() && url.isEmpty()) {
      throw new IllegalArgumentException(
          "OPENAI_API_KEY is not set: give the key, or OPENAI_BASE_URL of a server without one");
    }
    OpenAiImageProvider.Builder b =
        s.checked("OPENAI_API_KEY", key, OpenAiImageProvider::builder)
            .orElseGet(OpenAiImageProvider::builder);
    s.checked("OPENAI_BASE_URL", url, b::baseUrl);
    s.get("OPENAI_IMAGE_MODEL").ifPresent(b::model);
    boolean isElsewhere = url.filter(u -> !u.contains("://api.openai.com/")).isPresent();
    String profile = s.get("EASEL_OPENAI_PROFILE").orElse(isElsewhere ? "compatible" : "openai");
    OpenAiProfile known = PROFILES.get(profile.toLowerCase(Locale.ROOT));
    if (known == null) {
      throw new IllegalArgumentException(
          "EASEL_OPENAI_PROFILE is '"
              + profile
              + "': give one of "
              + String.join(", ", PROFILES.keySet().stream().sorted().toList()));
    }
    return b.profile(known).access(access).build();
  }

  private static HttpImageProvider webUi(Settings s, HttpAccess access) {
    WebUiImageProvider.Builder b =
        s.checked(
                "EASEL_WEBUI_URL",
                s.required("EASEL_WEBUI_URL", ADDRESS),
                WebUiImageProvider::builder)
            .orElseThrow();
    s.get("EASEL_WEBUI_AUTH")
        .ifPresent(
            auth -> {
              int colon = auth.indexOf(':');
              if (colon < 1) {
                throw new IllegalArgumentException("EASEL_WEBUI_AUTH is not user:password");
              }
              b.basicAuth(auth.substring(0, colon), auth.substring(colon + 1));
            });
    return b.access(access).build();
  }

  private static HttpImageProvider comfyUi(Settings s, HttpAccess access) {
    ComfyUiImageProvider.Builder b =
        s.checked(
                "EASEL_COMFYUI_URL",
                s.required("EASEL_COMFYUI_URL", ADDRESS),
                ComfyUiImageProvider::builder)
            .orElseThrow();
    s.checked(
        "EASEL_COMFYUI_WORKFLOW",
        s.get("EASEL_COMFYUI_WORKFLOW"),
        json -> b.generate(ComfyUiWorkflow.parse(json)));
    return b.access(access).build();
  }

  private static HttpImageProvider fal(Settings s, HttpAccess access) {
    FalImageProvider.Builder b =
        s.checked(
                "FAL_KEY",
                s.required("FAL_KEY", "the key of your account"),
                FalImageProvider::builder)
            .orElseThrow();
    b.model(s.model("FAL_MODEL_GENERATE", "fal-ai/flux/dev", FalModel::generate));
    b.model(s.model("FAL_MODEL_EDIT", "fal-ai/flux-general/inpainting", FalModel::edit));
    b.model(s.model("FAL_MODEL_UPSCALE", "fal-ai/esrgan", FalModel::upscale));
    b.model(
        s.model(
            "FAL_MODEL_REMOVE_BACKGROUND", "fal-ai/imageutils/rembg", FalModel::removeBackground));
    b.model(s.model("FAL_MODEL_SWAP_FACES", "fal-ai/face-swap", FalModel::swapFaces));
    return b.access(access).build();
  }

  /** Settings by name; what is blank is not set. */
  private record Settings(Map<String, String> all) {
    Optional<String> get(String name) {
      return Optional.ofNullable(all.get(name)).map(String::strip).filter(v -> !v.isEmpty());
    }

    Optional<String> required(String name, String what) {
      Optional<String> value = get(name);
      if (value.isEmpty()) {
        throw new IllegalArgumentException(name + " is not set: give " + what);
      }
      return value;
    }

    /** Uses a value; what is wrong with it is said with the setting's name, not with the value. */
    <T> Optional<T> checked(String name, Optional<String> value, Function<String, T> use) {
      try {
        return value.map(use);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(name + " cannot be used: " + e.getMessage(), e);
      }
    }

    FalModel model(String name, String otherwise, Function<String, FalModel> make) {
      return checked(name, get(name).or(() -> Optional.of(otherwise)), make).orElseThrow();
    }
  }
}
