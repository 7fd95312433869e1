package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.Button;
import dev.easel.chat.OutgoingImage;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Text;
import dev.easel.chat.TransportCapabilities;
import dev.easel.image.Capabilities;
import dev.easel.image.ImageTask;
import dev.easel.image.TaskKind;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.Reason;
import dev.easel.job.Wait;
import dev.easel.store.ImageRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** Puts what is known of a job into messages with buttons. */
final class Replies {
  private static final int MAX_WARNINGS = 3;

  private final Capabilities provider;
  private final TransportCapabilities transport;

  Replies(Capabilities provider, TransportCapabilities transport) {
    this.provider = requireNonNull(provider, "provider");
    this.transport = requireNonNull(transport, "transport");
  }

  boolean can(TaskKind kind) {
    return provider.tasks().contains(kind);
  }

  List<Integer> upscaleFactors() {
    return provider.upscaleFactors();
  }

  /** A job that has not ended. What only waits has no progress to show. */
  OutgoingMessage status(ChatOrder order, JobStatus status) {
    Texts texts = Texts.in(order.locale());
    Button cancel = button(texts.get("button.cancel"), status.id(), Verb.CANCEL, "");
    boolean begun = status.state() == JobState.RUNNING || status.state() == JobState.PARKED;
    return quoting(
        order,
        new OutgoingMessage(
            Text.of(statusText(texts, status)),
            List.of(),
            rows(status.cancelAsked() ? List.of() : List.of(List.of(cancel))),
            Optional.empty(),
            begun ? Optional.of(status.progress()) : Optional.empty(),
            false));
  }

  String statusText(Texts texts, JobStatus status) {
    if (status.cancelAsked()) {
      return texts.get("status.cancelling");
    }
    switch (status.state()) {
      case RUNNING:
      case PARKED:
        return status
            .progress()
            .fraction()
            .map(f -> texts.get("status.running.percent", Math.round(f * 100)))
            .orElseGet(() -> texts.get("status.running"));
      case DELAYED:
        return texts.get("status.delayed");
      case WAITING:
        return waiting(texts, status);
      default:
        return texts.get("status.accepted");
    }
  }

  private static String waiting(Texts texts, JobStatus status) {
    if (status.estimate() instanceof Wait.NoWorkers) {
      return texts.get("status.noworkers");
    }
    if (status.estimate() instanceof Wait.About about) {
      String time = texts.about(about.duration());
      return status.ahead() == 0
          ? texts.get("status.next.wait", time)
          : texts.get("status.place.wait", status.ahead() + 1, time);
    }
    return status.ahead() == 0
        ? texts.get("status.next")
        : texts.get("status.place", status.ahead() + 1);
  }

  /** The pictures. */
  OutgoingMessage result(ChatOrder order, Card card, RenderResult result) {
    Texts texts = Texts.in(order.locale());
    List<OutgoingImage> images =
        result.images().stream()
            .limit(transport.maxAlbum())
            .map(m -> OutgoingImage.of(m.image()))
            .toList();
    return quoting(order, OutgoingMessage.text(caption(texts, order, result)))
        .withImages(images)
        .withButtons(rows(resultButtons(texts, card)));
  }

  private String caption(Texts texts, ChatOrder order, RenderResult result) {
    List<String> facts = new ArrayList<>();
    result
        .images()
        .get(0)
        .seed()
        .ifPresent(seed -> facts.add(texts.get("caption.seed", Long.toString(seed))));
    facts.add(texts.get("caption.from", result.maker()));
    facts.add(texts.took(result.took()));
    List<String> lines = new ArrayList<>();
    lines.add(String.join(" \u00b7 ", facts));
    if (!order.hint().isEmpty()) {
      lines.add(order.hint());
    }
    if (result.images().stream().anyMatch(MadeImage::filtered)) {
      lines.add(texts.get("caption.filtered"));
    }
    result.warnings().stream().limit(MAX_WARNINGS).forEach(lines::add);
    return cut(String.join("\n", lines), transport.maxCaption());
  }

  /**
   * What can be done with one picture; with several, a row for each of them, which stays short: the
   * other factors are a reply with the command away.
   */
  private List<List<Button>> resultButtons(Texts texts, Card card) {
    Button again = button(texts.get("button.again"), card.job(), Verb.AGAIN, "");
    Button original = button(texts.get("button.original"), card.job(), Verb.ORIGINAL, "");
    List<List<Button>> rows = new ArrayList<>();
    if (card.images().size() == 1) {
      List<Button> first = new ArrayList<>(List.of(again));
      vary(card, texts.get("button.vary"), 0).ifPresent(first::add);
      first.add(original);
      rows.add(first);
      rows.add(upscale(card, factor -> texts.get("button.upscale", factor), 0));
    } else {
      rows.add(List.of(again, original));
      for (int i = 0; i < card.images().size(); i++) {
        int number = i + 1;
        List<Button> row = new ArrayList<>();
        vary(card, texts.get("button.vary.index", number), i).ifPresent(row::add);
        upscale(card, factor -> texts.get("button.upscale.index", factor, number), i).stream()
            .findFirst()
            .ifPresent(row::add);
        rows.add(row);
      }
    }
    return rows;
  }

  private Optional<Button> vary(Card card, String label, int image) {
    return can(TaskKind.VARY)
        ? Optional.of(button(label, card.job(), Verb.VARY, Integer.toString(image)))
        : Optional.empty();
  }

  private List<Button> upscale(Card card, IntFunction<String> label, int image) {
    return provider.upscaleFactors().stream()
        .map(f -> button(label.apply(f), card.job(), Verb.UPSCALE, f + "x" + image))
        .toList();
  }

  /** Why there is no picture. */
  OutgoingMessage ending(
      ChatOrder order, Card card, JobState state, Optional<Reason> reason, boolean stopping) {
    Texts texts = Texts.in(order.locale());
    String text;
    boolean again = true;
    switch (state) {
      case CANCELLED:
        text = texts.get(stopping ? "stopped" : "cancelled");
        break;
      case EXPIRED:
        text = texts.get("expired");
        break;
      default:
        String code = reason.map(Reason::code).orElse("other");
        text = texts.getOr("failed." + code, "failed.other");
        again = !code.equals("unsupported") && !code.equals("too-large");
    }
    Button retry = button(texts.get("button.retry"), card.job(), Verb.RETRY, "");
    return quoting(order, OutgoingMessage.text(text))
        .withButtons(rows(again ? List.of(List.of(retry)) : List.of()));
  }

  /** That a picture may be there or not, and how to get it all the same. */
  OutgoingMessage unsure(ChatOrder order, Card card) {
    Texts texts = Texts.in(order.locale());
    Button original = button(texts.get("button.original"), card.job(), Verb.ORIGINAL, "");
    return quoting(order, OutgoingMessage.text(texts.get("unsure")))
        .withButtons(rows(List.of(List.of(original))));
  }

  /** The pictures as files. */
  OutgoingMessage original(Texts texts, List<ImageRef> images) {
    return OutgoingMessage.text(texts.get("original.caption"))
        .withImages(
            images.stream()
                .limit(transport.maxAlbum())
                .map(i -> new OutgoingImage(i, Optional.empty(), true))
                .toList());
  }

  /** What may be done with pictures that came without words. */
  OutgoingMessage whatNow(Texts texts, Card card) {
    List<Button> buttons = new ArrayList<>();
    vary(card, texts.get("button.vary"), 0).ifPresent(buttons::add);
    buttons.addAll(upscale(card, factor -> texts.get("button.upscale", factor), 0));
    return OutgoingMessage.text(texts.get("image.what")).withButtons(rows(List.of(buttons)));
  }

  /** What the bot can do here, and no more. */
  String help(Texts texts) {
    List<String> lines = new ArrayList<>();
    lines.add(texts.get("help.head"));
    if (can(TaskKind.EDIT)) {
      lines.add(texts.get("help.edit"));
    }
    lines.add(texts.get("help.options"));
    lines.add("");
    lines.add(texts.get("help.commands"));
    commands().forEach(name -> lines.add("/" + name + " \u2014 " + texts.get("command." + name)));
    return String.join("\n", lines);
  }

  /** The commands that work with this provider. */
  List<String> commands() {
    List<String> names = new ArrayList<>();
    names.add("imagine");
    if (can(TaskKind.EDIT)) {
      names.add("edit");
    }
    if (can(TaskKind.VARY)) {
      names.add("vary");
    }
    if (can(TaskKind.UPSCALE)) {
      names.add("upscale");
    }
    names.addAll(List.of("queue", "cancel", "help"));
    return names;
  }

  /** A task in a few words, for lists. */
  static String shortly(ImageTask task) {
    String words =
        task.prompt().isBlank()
            ? task.kind().name().toLowerCase(java.util.Locale.ROOT)
            : task.prompt();
    return cut(words.replace('\n', ' '), 60);
  }

  private Button button(String label, dev.easel.job.JobId job, Verb verb, String argument) {
    return new Button(label, new Verb.Token(Memory.cardOf(job), verb, argument).text());
  }

  /** Splits rows that are too wide for the platform; none where it has no buttons. */
  private List<List<Button>> rows(List<List<Button>> wanted) {
    int width = transport.buttonsPerRow();
    if (width == 0) {
      return List.of();
    }
    List<List<Button>> rows = new ArrayList<>();
    for (List<Button> row : wanted) {
      for (int from = 0; from < row.size(); from += width) {
        rows.add(row.subList(from, Math.min(from + width, row.size())));
      }
    }
    return rows.stream().limit(transport.buttonRows()).collect(Collectors.toList());
  }

  private static OutgoingMessage quoting(ChatOrder order, OutgoingMessage message) {
    return order.conversation().kind() == dev.easel.chat.ConversationRef.Kind.PRIVATE
            || order.asked().isEmpty()
        ? message
        : message.replyingTo(order.asked().get());
  }

  static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(max - 2)) ? max - 2 : max - 1;
    return text.substring(0, end) + "\u2026";
  }
}
