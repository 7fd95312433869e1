package dev.easel.telegram;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.easel.chat.Button;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.MessageRef;
import dev.easel.chat.OutgoingImage;
import dev.easel.chat.Text;
import dev.easel.chat.TransportId;
import dev.easel.store.ImageStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import org.telegram.telegrambots.client.TelegramMultipartBuilder;
import org.telegram.telegrambots.meta.api.methods.botapimethods.PartialBotApiMethod;
import org.telegram.telegrambots.meta.api.methods.send.SendMediaGroup;
import org.telegram.telegrambots.meta.api.methods.send.SendMessage;
import org.telegram.telegrambots.meta.api.methods.updatingmessages.EditMessageCaption;
import org.telegram.telegrambots.meta.api.methods.updatingmessages.EditMessageMedia;
import org.telegram.telegrambots.meta.api.methods.updatingmessages.EditMessageText;
import org.telegram.telegrambots.meta.api.objects.LinkPreviewOptions;
import org.telegram.telegrambots.meta.api.objects.MessageEntity;
import org.telegram.telegrambots.meta.api.objects.ReplyParameters;
import org.telegram.telegrambots.meta.api.objects.media.InputMedia;
import org.telegram.telegrambots.meta.api.objects.media.InputMediaDocument;
import org.telegram.telegrambots.meta.api.objects.media.InputMediaPhoto;
import org.telegram.telegrambots.meta.api.objects.replykeyboard.InlineKeyboardMarkup;
import org.telegram.telegrambots.meta.api.objects.replykeyboard.buttons.InlineKeyboardButton;
import org.telegram.telegrambots.meta.api.objects.replykeyboard.buttons.InlineKeyboardRow;

/** Writes drafts as the Bot API wants them. Each body can be sent again: pictures are read anew. */
final class Requests {
  private static final String ATTACHED = "attach://";

  /** A call, ready to be made. */
  record Prepared(String method, RequestBody body, BotApi.Kind kind) {}

  private final TransportId transport;
  private final ImageStore images;
  private final Uploads uploads;

  Requests(TransportId transport, ImageStore images, Uploads uploads) {
    this.transport = transport;
    this.images = images;
    this.uploads = uploads;
  }

  /** A message with no picture or one. */
  Prepared send(ConversationRef to, Draft draft) {
    return draft.images().isEmpty() ? text(to, draft) : picture(to, draft);
  }

  private Prepared text(ConversationRef to, Draft draft) {
    Text text = draft.text();
    return quick(
        SendMessage.builder()
            .chatId(to.chat())
            .messageThreadId(threadOf(to, draft))
            .text(text.plain())
            .entities(entities(text, draft))
            .linkPreviewOptions(LinkPreviewOptions.builder().isDisabled(true).build())
            .replyMarkup(keyboard(draft))
            .replyParameters(replyTo(to, draft))
            .build());
  }

  private Prepared picture(ConversationRef to, Draft draft) {
    OutgoingImage image = draft.images().get(0);
    String field = draft.files() ? "document" : "photo";
    TelegramMultipartBuilder body = begin(to, draft);
    body.addPart(field, attach(body, image, draft, 1));
    Text caption = draft.caption();
    put(body, "caption", caption.plain());
    put(body, "caption_entities", entities(caption, draft));
    put(body, "reply_markup", keyboard(draft));
    return new Prepared(
        draft.files() ? "sendDocument" : "sendPhoto", body.build(), BotApi.Kind.UPLOAD);
  }

  /** Several pictures; the caption goes with the first, unless there are buttons to come. */
  Prepared album(ConversationRef to, Draft draft) {
    TelegramMultipartBuilder body = begin(to, draft);
    List<InputMedia> media = new ArrayList<>();
    Text caption = draft.message().buttons().isEmpty() ? draft.caption() : Text.EMPTY;
    for (int i = 0; i < draft.images().size(); i++) {
      String file = attach(body, draft.images().get(i), draft, i + 1);
      media.add(media(file, media.isEmpty() ? caption : Text.EMPTY, draft));
    }
    put(body, "media", media);
    return new Prepared(SendMediaGroup.PATH, body.build(), BotApi.Kind.UPLOAD);
  }

  Prepared editText(MessageRef which, Draft draft) {
    Text text = draft.text();
    return quick(
        EditMessageText.builder()
            .chatId(which.conversation().chat())
            .messageId(idOf(which))
            .text(text.plain())
            .entities(entities(text, draft))
            .linkPreviewOptions(LinkPreviewOptions.builder().isDisabled(true).build())
            .replyMarkup(keyboard(draft))
            .build());
  }

  Prepared editCaption(MessageRef which, Draft draft) {
    Text caption = draft.caption();
    return quick(
        EditMessageCaption.builder()
            .chatId(which.conversation().chat())
            .messageId(idOf(which))
            .caption(caption.plain())
            .captionEntities(entities(caption, draft))
            .replyMarkup(keyboard(draft))
            .build());
  }

  Prepared editMedia(MessageRef which, Draft draft) {
    TelegramMultipartBuilder body = new TelegramMultipartBuilder(BotApi.JSON);
    body.addPart(EditMessageMedia.CHAT_ID_FIELD, which.conversation().chat());
    body.addPart(EditMessageMedia.MESSAGE_ID_FIELD, idOf(which));
    String file = attach(body, draft.images().get(0), draft, 1);
    put(body, EditMessageMedia.MEDIA_FIELD, media(file, draft.caption(), draft));
    put(body, EditMessageMedia.REPLY_MARKUP_FIELD, keyboard(draft));
    return new Prepared(EditMessageMedia.PATH, body.build(), BotApi.Kind.UPLOAD);
  }

  private TelegramMultipartBuilder begin(ConversationRef to, Draft draft) {
    TelegramMultipartBuilder body = new TelegramMultipartBuilder(BotApi.JSON);
    body.addPart("chat_id", to.chat());
    body.addPart("message_thread_id", threadOf(to, draft));
    put(body, "reply_parameters", replyTo(to, draft));
    return body;
  }

  /** Names a picture that the platform has, or adds it to the parts. */
  private String attach(
      TelegramMultipartBuilder body, OutgoingImage image, Draft draft, int number) {
    Optional<String> known = draft.known(image, transport, uploads);
    if (known.isPresent()) {
      return known.get();
    }
    // parts are told apart by their names, also within an album
    String name = "picture-" + number + "." + image.image().type().extension();
    body.internalBuilder.addFormDataPart(name, name, new StoredPicture(images, image.image()));
    return ATTACHED + name;
  }

  private static InputMedia media(String file, Text caption, Draft draft) {
    String words = caption.plain().isEmpty() ? null : caption.plain();
    if (draft.files()) {
      return InputMediaDocument.builder()
          .media(file)
          .caption(words)
          .captionEntities(entities(caption, draft))
          .build();
    }
    return InputMediaPhoto.builder()
        .media(file)
        .caption(words)
        .captionEntities(entities(caption, draft))
        .build();
  }

  private static Prepared quick(PartialBotApiMethod<?> method) {
    return new Prepared(method.getMethod(), BotApi.json(method), BotApi.Kind.QUICK);
  }

  private static void put(TelegramMultipartBuilder body, String field, @Nullable Object value) {
    try {
      if (value instanceof String text && !text.isEmpty()) {
        body.addPart(field, text);
      } else if (value instanceof List<?> list && !list.isEmpty()) {
        body.addJsonPart(field, list);
      } else if (value != null && !(value instanceof String) && !(value instanceof List<?>)) {
        body.addJsonPart(field, value);
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot be written as JSON: " + field, e);
    }
  }

  private static @Nullable Integer threadOf(ConversationRef to, Draft draft) {
    return draft.thread() ? to.thread().map(Integer::valueOf).orElse(null) : null;
  }

  private static Integer idOf(MessageRef which) {
    return Integer.valueOf(which.ids().get(0));
  }

  private static @Nullable ReplyParameters replyTo(ConversationRef to, Draft draft) {
    return draft
        .message()
        .replyTo()
        .filter(r -> r.conversation().chat().equals(to.chat()))
        .map(
            r ->
                ReplyParameters.builder()
                    .messageId(idOf(r))
                    // whoever deleted their prompt still gets the picture
                    .allowSendingWithoutReply(true)
                    .build())
        .orElse(null);
  }

  private static @Nullable InlineKeyboardMarkup keyboard(Draft draft) {
    List<InlineKeyboardRow> rows = new ArrayList<>();
    for (List<Button> row : draft.message().buttons()) {
      InlineKeyboardRow buttons = new InlineKeyboardRow();
      for (Button b : row) {
        buttons.add(
            InlineKeyboardButton.builder().text(b.label()).callbackData(b.action()).build());
      }
      rows.add(buttons);
    }
    return rows.isEmpty() ? null : InlineKeyboardMarkup.builder().keyboard(rows).build();
  }

  private static List<MessageEntity> entities(Text text, Draft draft) {
    List<MessageEntity> entities = new ArrayList<>();
    if (draft.spans()) {
      for (Text.Span span : text.spans()) {
        if (entities.size() < Limits.MAX_SPANS) {
          entities.add(
              MessageEntity.builder()
                  .type(typeOf(span.style()))
                  .offset(span.start())
                  .length(span.length())
                  .url(span.url().orElse(null))
                  .build());
        }
      }
    }
    return entities;
  }

  private static String typeOf(Text.Style style) {
    return switch (style) {
      case BOLD -> "bold";
      case ITALIC -> "italic";
      case CODE -> "code";
      case QUOTE -> "blockquote";
      case LINK -> "text_link";
    };
  }
}
