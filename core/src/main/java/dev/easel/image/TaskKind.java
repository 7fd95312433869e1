package dev.easel.image;

/** The kinds of {@link ImageTask}. */
public enum TaskKind {
  GENERATE,
  EDIT,
  UPSCALE,
  VARY,
  REMOVE_BACKGROUND,
  SWAP_FACES
}
