package dev.easel.examples;

/** A setting that cannot be used: which, what is wrong, what to do, in one sentence. */
final class BadSetting extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadSetting(String sentence) {
    super(sentence);
  }

  BadSetting(Setting setting, String wrong, String todo) {
    super(
        setting
            + " "
            + wrong
            + ": "
            + todo
            + (todo.endsWith(".") || todo.endsWith("?") ? "" : "."));
  }
}
