package dev.easel.telegram;

import dev.easel.chat.MediaRef;
import dev.easel.chat.OutgoingImage;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Text;
import dev.easel.chat.TransportId;
import java.util.List;
import java.util.Optional;

/**
 * A message in the form in which it is tried next; a refusal may leave a plainer form.
 *
 * @param files whether pictures go as files, untouched, instead of as photos
 * @param reuse whether what the platform already has is sent again without an upload
 * @param spans whether parts of the text look different
 * @param thread whether it goes to its topic
 */
record Draft(OutgoingMessage message, boolean files, boolean reuse, boolean spans, boolean thread) {

  static Draft of(OutgoingMessage message) {
    boolean files =
        message.images().stream().anyMatch(i -> i.original() || !Limits.isPhoto(i.image()));
    return new Draft(message, files, true, true, true);
  }

  /** The text as it stands alone. */
  Text text() {
    return Cut.to(message.text(), Limits.MAX_TEXT);
  }

  /** The text as it stands under a picture. */
  Text caption() {
    return Cut.to(message.text(), Limits.MAX_CAPTION);
  }

  List<OutgoingImage> images() {
    return message.images();
  }

  /** What the platform already has of a picture, in the same form. */
  Optional<String> known(OutgoingImage image, TransportId transport, Uploads uploads) {
    if (!reuse) {
      return Optional.empty();
    }
    return image
        .earlier()
        .filter(e -> e.transport().equals(transport))
        .flatMap(e -> FileId.of(e.id(), files))
        .or(() -> uploads.find(image.image(), files));
  }

  /** What to try after a refusal; empty: nothing will help. */
  Optional<Draft> after(Answer.Refused refused) {
    if (refused.code() != 400 && refused.code() != 413) {
      return Optional.empty();
    }
    if (thread && refused.says("message thread not found")) {
      return Optional.of(new Draft(message, files, reuse, spans, false));
    }
    if (spans && refused.says("entit")) {
      return Optional.of(new Draft(message, files, reuse, false, thread));
    }
    if (reuse && isAboutAKnownFile(refused)) {
      return Optional.of(new Draft(message, files, false, spans, thread));
    }
    if (!files && !images().isEmpty() && isAboutThePhoto(refused)) {
      return Optional.of(new Draft(message, true, reuse, spans, thread));
    }
    return Optional.empty();
  }

  private static boolean isAboutAKnownFile(Answer.Refused refused) {
    return refused.says("file identifier")
        || refused.says("file_id")
        || refused.says("file reference")
        || refused.says("file of type");
  }

  private static boolean isAboutThePhoto(Answer.Refused refused) {
    return refused.says("photo")
        || refused.says("image_process")
        || refused.says("file is too big")
        || refused.code() == 413;
  }

  /** A file that Telegram has, as a {@link MediaRef} carries it: its kind goes before its id. */
  static final class FileId {
    private static final String PHOTO = "photo:";
    private static final String FILE = "file:";

    private FileId() {}

    static String photo(String id) {
      return PHOTO + id;
    }

    static String file(String id) {
      return FILE + id;
    }

    /** The plain id, if it can be sent in this form: a photo is no file, and the reverse. */
    static Optional<String> of(String marked, boolean asFile) {
      String mark = asFile ? FILE : PHOTO;
      return marked.startsWith(mark)
          ? Optional.of(marked.substring(mark.length()))
          : Optional.empty();
    }
  }
}
