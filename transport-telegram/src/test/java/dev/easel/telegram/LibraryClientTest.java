package dev.easel.telegram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.easel.fakes.telegram.FakePerson;
import dev.easel.fakes.telegram.Fault;
import dev.easel.fakes.telegram.SentMessage;
import dev.easel.testkit.TestPictures;
import java.io.ByteArrayInputStream;
import java.util.List;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.telegram.telegrambots.client.okhttp.OkHttpTelegramClient;
import org.telegram.telegrambots.meta.TelegramUrl;
import org.telegram.telegrambots.meta.api.methods.AnswerCallbackQuery;
import org.telegram.telegrambots.meta.api.methods.GetFile;
import org.telegram.telegrambots.meta.api.methods.GetMe;
import org.telegram.telegrambots.meta.api.methods.commands.GetMyCommands;
import org.telegram.telegrambots.meta.api.methods.commands.SetMyCommands;
import org.telegram.telegrambots.meta.api.methods.send.SendDocument;
import org.telegram.telegrambots.meta.api.methods.send.SendMediaGroup;
import org.telegram.telegrambots.meta.api.methods.send.SendMessage;
import org.telegram.telegrambots.meta.api.methods.send.SendPhoto;
import org.telegram.telegrambots.meta.api.methods.updates.GetUpdates;
import org.telegram.telegrambots.meta.api.methods.updatingmessages.EditMessageMedia;
import org.telegram.telegrambots.meta.api.methods.updatingmessages.EditMessageText;
import org.telegram.telegrambots.meta.api.objects.InputFile;
import org.telegram.telegrambots.meta.api.objects.Update;
import org.telegram.telegrambots.meta.api.objects.commands.BotCommand;
import org.telegram.telegrambots.meta.api.objects.media.InputMediaPhoto;
import org.telegram.telegrambots.meta.api.objects.message.Message;
import org.telegram.telegrambots.meta.api.objects.replykeyboard.InlineKeyboardMarkup;
import org.telegram.telegrambots.meta.api.objects.replykeyboard.buttons.InlineKeyboardButton;
import org.telegram.telegrambots.meta.api.objects.replykeyboard.buttons.InlineKeyboardRow;
import org.telegram.telegrambots.meta.exceptions.TelegramApiRequestException;

/** The fake speaks as the platform does, as far as the library's own client can tell. */
class LibraryClientTest {
  private final Bed bed = Bed.idle();
  private final FakePerson ann = bed.bot.person("Ann");
  private final OkHttpTelegramClient client =
      new OkHttpTelegramClient(
          new ObjectMapper(),
          new OkHttpClient(),
          bed.token,
          TelegramUrl.builder()
              .schema("http")
              .host("127.0.0.1")
              .port(bed.api.url().getPort())
              .testServer(false)
              .build());

  private static InputFile file(String name) {
    return new InputFile(new ByteArrayInputStream(TestPictures.png(40, 30, 5)), name);
  }

  @Test
  void sendsEditsAndReadsBack() throws Exception {
    assertThat(client.execute(new GetMe()).getUserName()).isEqualTo(bed.bot.username());
    Message text =
        client.execute(
            SendMessage.builder()
                .chatId(ann.chat())
                .text("hello")
                .replyMarkup(
                    InlineKeyboardMarkup.builder()
                        .keyboardRow(
                            new InlineKeyboardRow(
                                InlineKeyboardButton.builder()
                                    .text("Go")
                                    .callbackData("go")
                                    .build()))
                        .build())
                .build());
    client.execute(
        EditMessageText.builder()
            .chatId(ann.chat())
            .messageId(text.getMessageId())
            .text("hello again")
            .build());
    client.execute(
        EditMessageMedia.builder()
            .chatId(ann.chat())
            .messageId(text.getMessageId())
            .media(
                new InputMediaPhoto(new ByteArrayInputStream(TestPictures.png(50, 50, 1)), "a.png"))
            .build());
    Message photo =
        client.execute(
            SendPhoto.builder().chatId(ann.chat()).photo(file("a.png")).caption("p").build());
    client.execute(SendDocument.builder().chatId(ann.chat()).document(file("b.png")).build());
    client.execute(
        SendPhoto.builder()
            .chatId(ann.chat())
            .photo(new InputFile(photo.getPhoto().get(0).getFileId()))
            .build());
    List<Message> album =
        client.execute(
            SendMediaGroup.builder()
                .chatId(ann.chat())
                .media(
                    new InputMediaPhoto(
                        new ByteArrayInputStream(TestPictures.png(9, 9, 1)), "1.png"))
                .media(
                    new InputMediaPhoto(
                        new ByteArrayInputStream(TestPictures.png(9, 8, 1)), "2.png"))
                .build());

    assertThat(album).hasSize(2);
    assertThat(ann.sees())
        .extracting(SentMessage::kind)
        .containsExactly(
            SentMessage.Kind.PHOTO,
            SentMessage.Kind.PHOTO,
            SentMessage.Kind.DOCUMENT,
            SentMessage.Kind.PHOTO,
            SentMessage.Kind.PHOTO,
            SentMessage.Kind.PHOTO);
    assertThat(client.execute(new GetFile(photo.getPhoto().get(1).getFileId())).getFilePath())
        .startsWith("photos/");
  }

  @Test
  void updatesAreReadByItsClasses() throws Exception {
    ann.writes("/start@" + bed.bot.username() + " now");
    ann.sendsPhoto(TestPictures.png(20, 20, 1), "look");
    ann.blocks();
    ann.unblocks();
    ann.pressesRaw(1, "go");
    List<Update> updates =
        client.execute(GetUpdates.builder().offset(0).limit(100).timeout(0).build());

    assertThat(updates).hasSize(5);
    assertThat(updates.get(0).getMessage().getEntities().get(0).getType()).isEqualTo("bot_command");
    assertThat(updates.get(1).getMessage().getCaption()).isEqualTo("look");
    assertThat(updates.get(2).getMyChatMember().getNewChatMember().getStatus()).isEqualTo("kicked");
    assertThat(updates.get(4).getCallbackQuery().getData()).isEqualTo("go");
    client.execute(
        AnswerCallbackQuery.builder()
            .callbackQueryId(updates.get(4).getCallbackQuery().getId())
            .text("ok")
            .build());
    assertThat(bed.bot.answers()).extracting(a -> a.text()).containsExactly("ok");
  }

  @Test
  void commandsAreKept() throws Exception {
    client.execute(SetMyCommands.builder().command(new BotCommand("start", "Begins")).build());
    assertThat(client.execute(new GetMyCommands())).hasSize(1);
  }

  @Test
  void refusalsAreReadByItsClasses() {
    bed.bot.fault("sendMessage", new Fault.TooMany(7));
    assertThatThrownBy(
            () -> client.execute(SendMessage.builder().chatId(ann.chat()).text("x").build()))
        .isInstanceOfSatisfying(
            TelegramApiRequestException.class,
            e -> {
              assertThat(e.getErrorCode()).isEqualTo(429);
              assertThat(e.getParameters().getRetryAfter()).isEqualTo(7);
            });
    long group = bed.bot.group("Cats");
    long next = bed.bot.migrate(group);
    assertThatThrownBy(() -> client.execute(SendMessage.builder().chatId(group).text("x").build()))
        .isInstanceOfSatisfying(
            TelegramApiRequestException.class,
            e -> assertThat(e.getParameters().getMigrateToChatId()).isEqualTo(next));
  }
}
