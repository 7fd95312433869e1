package dev.easel.bot;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.easel.chat.InboundEvent;
import dev.easel.image.ImageTask;
import dev.easel.job.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes and reads what jobs carry and what the bot remembers, as JSON. */
final class Codec {
  private static final ObjectMapper JSON = mapper();

  private Codec() {}

  /** A form of payload: its name and the version that this program writes. */
  record Form<T>(String type, int version, Class<T> of) {
    Payload write(T value) {
      return new Payload(type, version, Codec.write(value));
    }

    /**
     * Reads a payload of this form.
     *
     * @throws NewerVersion if a newer program wrote it
     */
    T read(Payload payload) {
      if (!payload.type().equals(type)) {
        throw new IllegalArgumentException(
            "expected a payload of type " + type + ", was " + payload.type());
      }
      if (payload.version() > version) {
        throw new NewerVersion(payload.type() + "/" + payload.version());
      }
      return Codec.read(payload.bytes(), of);
    }
  }

  /** A newer program wrote it: it is left for a newer program. */
  static final class NewerVersion extends RuntimeException {
    private static final long serialVersionUID = 1;

    NewerVersion(String what) {
      super("written by a newer version of the program: " + what);
    }
  }

  static final Form<InboundEvent> EVENT = new Form<>("event", 1, InboundEvent.class);
  static final Form<RenderRequest> REQUEST = new Form<>("render", 1, RenderRequest.class);
  static final Form<RenderResult> RESULT = new Form<>("rendered", 1, RenderResult.class);

  static byte[] write(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T> T read(byte[] json, Class<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T> T read(String json, Class<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectMapper mapper() {
    SimpleModule types = new SimpleModule("easel");
    types.addSerializer(Duration.class, new DurationWriter());
    types.addDeserializer(Duration.class, new DurationReader());
    types.addSerializer(Instant.class, new InstantWriter());
    types.addDeserializer(Instant.class, new InstantReader());
    types.addSerializer(Optional.class, new OptionalWriter());
    types.addDeserializer(Optional.class, new OptionalReader(null));
    types.setMixInAnnotation(ImageTask.class, TaskNames.class);
    types.setMixInAnnotation(InboundEvent.class, EventNames.class);
    ObjectMapper mapper =
        JsonMapper.builder()
            // as they are, with 4 bytes; otherwise 12, and a long text of emoji is more than a
            // payload
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();
    mapper.registerModule(types);
    // an older program reads what a newer one of the same version wrote
    mapper.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    mapper
        .configOverride(Optional.class)
        .setInclude(
            JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS));
    return mapper;
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "task")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = ImageTask.Generate.class, name = "generate"),
    @JsonSubTypes.Type(value = ImageTask.Edit.class, name = "edit"),
    @JsonSubTypes.Type(value = ImageTask.Upscale.class, name = "upscale"),
    @JsonSubTypes.Type(value = ImageTask.Vary.class, name = "vary"),
    @JsonSubTypes.Type(value = ImageTask.RemoveBackground.class, name = "remove-background"),
    @JsonSubTypes.Type(value = ImageTask.SwapFaces.class, name = "swap-faces")
  })
  private interface TaskNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = InboundEvent.TextReceived.class, name = "text"),
    @JsonSubTypes.Type(value = InboundEvent.CommandReceived.class, name = "command"),
    @JsonSubTypes.Type(value = InboundEvent.ImagesReceived.class, name = "images"),
    @JsonSubTypes.Type(value = InboundEvent.ActionPressed.class, name = "action"),
    @JsonSubTypes.Type(value = InboundEvent.Left.class, name = "left")
  })
  private interface EventNames {}

  /** Milliseconds. */
  private static final class DurationWriter extends JsonSerializer<Duration> {
    @Override
    public void serialize(Duration value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeNumber(value.toMillis());
    }
  }

  private static final class DurationReader extends JsonDeserializer<Duration> {
    @Override
    public Duration deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Duration.ofMillis(in.getLongValue());
    }
  }

  /** Milliseconds since 1970. */
  private static final class InstantWriter extends JsonSerializer<Instant> {
    @Override
    public void serialize(Instant value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeNumber(value.toEpochMilli());
    }
  }

  private static final class InstantReader extends JsonDeserializer<Instant> {
    @Override
    public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Instant.ofEpochMilli(in.getLongValue());
    }
  }

  /** The value itself, or nothing at all. */
  @SuppressWarnings("rawtypes") // a serializer is registered by a raw class
  private static final class OptionalWriter extends JsonSerializer<Optional> {
    @Override
    public void serialize(Optional value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (value.isPresent()) {
        provider.defaultSerializeValue(value.get(), out);
      } else {
        out.writeNull();
      }
    }

    @Override
    public boolean isEmpty(SerializerProvider provider, Optional value) {
      return value.isEmpty();
    }
  }

  @SuppressWarnings("rawtypes") // a deserializer is registered by a raw class
  private static final class OptionalReader extends JsonDeserializer<Optional>
      implements ContextualDeserializer {
    private final @Nullable JavaType content;

    OptionalReader(@Nullable JavaType content) {
      this.content = content;
    }

    @Override
    public JsonDeserializer<?> createContextual(
        DeserializationContext context, @Nullable BeanProperty property) {
      JavaType type = property == null ? context.getContextualType() : property.getType();
      return new OptionalReader(type.containedTypeOrUnknown(0));
    }

    @Override
    public Optional<?> deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      return Optional.of(context.readValue(in, content));
    }

    @Override
    public Optional<?> getNullValue(DeserializationContext context) {
      return Optional.empty();
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return Optional.empty();
    }
  }
}
