package dev.easel.image;

import static java.util.Objects.requireNonNull;

import dev.easel.store.ImageRef;
import java.util.List;
import java.util.Optional;

/** What a person wants made. */
public sealed interface ImageTask {
  /** The longest prompt, in UTF-16 units. */
  int MAX_PROMPT = 4_000;

  /** The most pictures that one task may start from. */
  int MAX_INPUTS = 16;

  ImageOptions options();

  TaskKind kind();

  /** The pictures it starts from, a mask included. */
  List<ImageRef> inputs();

  /** The words it starts from; empty where there are none. */
  default String prompt() {
    return "";
  }

  /** The same task with other options. */
  ImageTask withOptions(ImageOptions other);

  /** A picture from words. */
  record Generate(String prompt, ImageOptions options) implements ImageTask {
    public Generate {
      requirePrompt(prompt);
      requireNonNull(options, "options");
    }

    public static Generate of(String prompt) {
      return new Generate(prompt, ImageOptions.DEFAULT);
    }

    @Override
    public TaskKind kind() {
      return TaskKind.GENERATE;
    }

    @Override
    public List<ImageRef> inputs() {
      return List.of();
    }

    @Override
    public Generate withOptions(ImageOptions other) {
      return new Generate(prompt, other);
    }
  }

  /**
   * Pictures changed as words say.
   *
   * @param images 1 to {@link #MAX_INPUTS}
   * @param mask as large as the first picture; white is repainted, black stays
   * @param strength how far to leave the original, 0 to 1
   */
  record Edit(
      List<ImageRef> images,
      String prompt,
      Optional<ImageRef> mask,
      Optional<Double> strength,
      ImageOptions options)
      implements ImageTask {
    public Edit {
      images = List.copyOf(images);
      requirePrompt(prompt);
      requireNonNull(mask, "mask");
      requireStrength(strength);
      requireNonNull(options, "options");
      if (images.isEmpty() || images.size() > MAX_INPUTS) {
        throw new IllegalArgumentException(
            "images must be 1 to " + MAX_INPUTS + ", were " + images.size());
      }
    }

    @Override
    public TaskKind kind() {
      return TaskKind.EDIT;
    }

    @Override
    public List<ImageRef> inputs() {
      return mask.map(
              m ->
                  java.util.stream.Stream.concat(images.stream(), java.util.stream.Stream.of(m))
                      .toList())
          .orElse(images);
    }

    @Override
    public Edit withOptions(ImageOptions other) {
      return new Edit(images, prompt, mask, strength, other);
    }
  }

  /**
   * A picture made larger.
   *
   * @param factor of each side, above 1, at most 8
   */
  record Upscale(ImageRef image, double factor, ImageOptions options) implements ImageTask {
    public Upscale {
      requireNonNull(image, "image");
      requireNonNull(options, "options");
      if (!(factor > 1 && factor <= 8)) {
        throw new IllegalArgumentException("factor must be above 1 and at most 8, was " + factor);
      }
    }

    @Override
    public TaskKind kind() {
      return TaskKind.UPSCALE;
    }

    @Override
    public List<ImageRef> inputs() {
      return List.of(image);
    }

    @Override
    public Upscale withOptions(ImageOptions other) {
      return new Upscale(image, factor, other);
    }
  }

  /** Another picture like this one. */
  record Vary(ImageRef image, String prompt, Optional<Double> strength, ImageOptions options)
      implements ImageTask {
    public Vary {
      requireNonNull(image, "image");
      requireNonNull(prompt, "prompt");
      if (prompt.length() > MAX_PROMPT) {
        throw new IllegalArgumentException("a prompt has at most " + MAX_PROMPT + " characters");
      }
      requireStrength(strength);
      requireNonNull(options, "options");
    }

    @Override
    public TaskKind kind() {
      return TaskKind.VARY;
    }

    @Override
    public List<ImageRef> inputs() {
      return List.of(image);
    }

    @Override
    public Vary withOptions(ImageOptions other) {
      return new Vary(image, prompt, strength, other);
    }
  }

  /** A picture's subject, cut out. */
  record RemoveBackground(ImageRef image, ImageOptions options) implements ImageTask {
    public RemoveBackground {
      requireNonNull(image, "image");
      requireNonNull(options, "options");
    }

    @Override
    public TaskKind kind() {
      return TaskKind.REMOVE_BACKGROUND;
    }

    @Override
    public List<ImageRef> inputs() {
      return List.of(image);
    }

    @Override
    public RemoveBackground withOptions(ImageOptions other) {
      return new RemoveBackground(image, other);
    }
  }

  /** The face of one picture put into another. */
  record SwapFaces(ImageRef face, ImageRef target, ImageOptions options) implements ImageTask {
    public SwapFaces {
      requireNonNull(face, "face");
      requireNonNull(target, "target");
      requireNonNull(options, "options");
    }

    @Override
    public TaskKind kind() {
      return TaskKind.SWAP_FACES;
    }

    @Override
    public List<ImageRef> inputs() {
      return List.of(face, target);
    }

    @Override
    public SwapFaces withOptions(ImageOptions other) {
      return new SwapFaces(face, target, other);
    }
  }

  private static void requirePrompt(String prompt) {
    requireNonNull(prompt, "prompt");
    if (prompt.isBlank() || prompt.length() > MAX_PROMPT) {
      throw new IllegalArgumentException(
          "a prompt has 1 to "
              + MAX_PROMPT
              + " characters and is not blank, this one has "
              + prompt.length());
    }
  }

  private static void requireStrength(Optional<Double> strength) {
    requireNonNull(strength, "strength");
    if (strength.isPresent() && !(strength.get() >= 0 && strength.get() <= 1)) {
      throw new IllegalArgumentException("strength must be 0 to 1, was " + strength.get());
    }
  }
}
