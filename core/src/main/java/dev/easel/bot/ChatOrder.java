package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.MessageRef;
import dev.easel.chat.UserRef;
import java.util.Locale;
import java.util.Optional;

/**
 * Who asked for a picture in a chat, and where it goes.
 *
 * @param asked the person's message, quoted in groups
 * @param hint for the caption, in the person's language; may be empty
 */
record ChatOrder(
    UserRef user,
    ConversationRef conversation,
    Locale locale,
    Optional<MessageRef> asked,
    String hint) {
  ChatOrder {
    requireNonNull(user, "user");
    requireNonNull(conversation, "conversation");
    requireNonNull(locale, "locale");
    requireNonNull(asked, "asked");
    requireNonNull(hint, "hint");
  }
}
