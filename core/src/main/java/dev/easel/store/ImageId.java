package dev.easel.store;

import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Names a picture in an {@link ImageStore}. Cannot be guessed: whoever knows it may see the
 * picture.
 *
 * @param value 22 to 64 of letters, digits, {@code _} and {@code -}; so it is no path, whatever it
 *     came from
 */
public record ImageId(String value) {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{22,64}");
  private static final SecureRandom RANDOM = new SecureRandom();

  public ImageId {
    requireNonNull(value, "value");
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("an image id is 22 to 64 of letters, digits, _ and -");
    }
  }

  /** A new one, of 128 random bits. */
  public static ImageId random() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return new ImageId(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  @Override
  public String toString() {
    return value;
  }
}
