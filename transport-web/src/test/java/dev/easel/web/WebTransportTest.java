package dev.easel.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.easel.chat.Button;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.OperationId;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.chat.Transport;
import dev.easel.chat.TransportId;
import dev.easel.testkit.TransportContract;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** The contract, through the API; each look at the page is a new one that starts with nothing. */
class WebTransportTest extends TransportContract {
  private final String conversation = UUID.randomUUID().toString();
  private WebTransport transport = WebTransport.builder().port(0).build();
  private Supplier<HttpResponse<String>> last = () -> null;
  private int looks;

  @Override
  protected Transport newTransport() {
    transport = WebTransport.builder().port(0).build();
    return transport;
  }

  @Override
  protected ConversationRef conversation() {
    return ConversationRef.of(
        TransportId.parse("web:main"), conversation, ConversationRef.Kind.PRIVATE);
  }

  @Override
  protected Arrival personSends(String text) {
    Client client = client();
    String key = UUID.randomUUID().toString();
    last = () -> client.say(text, "Idempotency-Key", key);
    return platformRepeats();
  }

  @Override
  protected Arrival personSendsImage(byte[] png, String caption) {
    Client client = client();
    String key = UUID.randomUUID().toString();
    last = () -> client.upload(caption, List.of(png), "Idempotency-Key", key);
    return platformRepeats();
  }

  @Override
  protected Arrival personPresses(Seen message, Button button) {
    Client client = client();
    String key = UUID.randomUUID().toString();
    last = () -> client.press(message.id(), button.action(), "Idempotency-Key", key);
    return platformRepeats();
  }

  @Override
  protected Arrival platformRepeats() {
    HttpResponse<String> response = last.get();
    if (response.statusCode() == 202) {
      return Arrival.ofTaken();
    }
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    return Arrival.refused(
        response
            .headers()
            .firstValue("Retry-After")
            .map(s -> Duration.ofSeconds(Long.parseLong(s))));
  }

  @Override
  protected List<Seen> whatPersonSees() throws Exception {
    Map<String, Seen> seen = new LinkedHashMap<>();
    for (Client.Event event : allEvents()) {
      JsonNode data = event.data();
      if (event.name().equals("delete")) {
        seen.remove(event.messageId());
      } else if (!event.name().equals("notice") && data.path("from").asText().equals("bot")) {
        seen.put(event.messageId(), seen(data));
      }
    }
    return List.copyOf(seen.values());
  }

  @Override
  protected List<String> noticesSeen() throws Exception {
    return allEvents().stream()
        .filter(e -> e.name().equals("notice") && !e.text().isEmpty())
        .map(Client.Event::text)
        .toList();
  }

  /** A new stream, read up to a message that is put behind all others and taken away again. */
  private List<Client.Event> allEvents() throws Exception {
    OperationId operation = OperationId.of("look-" + looks++);
    WebOutbox outbox = (WebOutbox) transport.outbox();
    Receipt.Delivered mark =
        (Receipt.Delivered) outbox.send(conversation(), OutgoingMessage.text("mark"), operation);
    String id = mark.message().ids().get(0);
    try (Client.Stream stream = client().stream()) {
      List<Client.Event> all = new ArrayList<>(stream.until(e -> e.messageId().equals(id)));
      all.remove(all.size() - 1);
      return all;
    } finally {
      outbox.delete(mark.message());
    }
  }

  private Seen seen(JsonNode data) {
    List<byte[]> images = new ArrayList<>();
    data.path("images").forEach(i -> images.add(client().bytes(i.path("url").asText()).body()));
    List<List<Button>> rows = new ArrayList<>();
    for (JsonNode row : data.path("buttons")) {
      List<Button> buttons = new ArrayList<>();
      row.forEach(
          b -> buttons.add(new Button(b.path("label").asText(), b.path("action").asText())));
      rows.add(buttons);
    }
    return new Seen(data.path("id").asText(), data.path("text").asText(), images, rows);
  }

  private Client client() {
    return new Client(transport.address().orElseThrow(), conversation);
  }
}
