package dev.easel.bot;

/**
 * A person's words without what cannot be seen.
 *
 * @param hidCharacters whether something was left out
 */
record Prompt(String text, boolean hidCharacters) {
  static final Prompt PLAIN = new Prompt("", false);

  /**
   * Leaves out control characters, overrides of the writing direction, and halves of surrogate
   * pairs.
   */
  static Prompt clean(String raw) {
    StringBuilder out = new StringBuilder(raw.length());
    boolean hid = false;
    for (int i = 0; i < raw.length(); ) {
      int c = raw.codePointAt(i);
      i += Character.charCount(c);
      if (c == '\n' || c == '\t') {
        out.appendCodePoint(c);
      } else if (c == '\r') {
        continue; // half of a line's end
      } else if (Character.isISOControl(c)
          || isDirection(c)
          || Character.getType(c) == Character.SURROGATE) {
        hid = true;
      } else {
        out.appendCodePoint(c);
      }
    }
    return new Prompt(out.toString().strip(), hid);
  }

  private static boolean isDirection(int c) {
    return c >= 0x202A && c <= 0x202E
        || c >= 0x2066 && c <= 0x2069
        || c == 0x200E
        || c == 0x200F
        || c == 0xFEFF;
  }
}
