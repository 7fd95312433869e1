package dev.easel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import dev.easel.chat.RemoteImage;
import dev.easel.chat.TransportException;
import dev.easel.chat.TransportException.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.Response;
import org.telegram.telegrambots.meta.api.methods.GetFile;

/** Fetches what people sent. */
final class Downloads {
  private static final Pattern SAFE_PATH = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./-]{0,300}");

  private final BotApi api;
  private final Optional<Path> localFiles;

  /**
   * @param localFiles where a Bot API server in local mode keeps its files, if it is one
   */
  Downloads(BotApi api, Optional<Path> localFiles) {
    this.api = api;
    this.localFiles = localFiles;
  }

  InputStream open(RemoteImage image) {
    Answer answer = api.call(GetFile.builder().fileId(image.locator()).build());
    if (answer instanceof Answer.Ok ok) {
      return fetch(ok.result());
    }
    if (answer instanceof Answer.Refused refused) {
      if (refused.isUnauthorized()) {
        throw new TransportException(Kind.UNAUTHORIZED, "Telegram does not accept the bot's token");
      }
      boolean forGood = refused.code() == 400 && !refused.says("try again");
      throw new TransportException(forGood ? Kind.GONE : Kind.UNAVAILABLE, refused.why());
    }
    throw new TransportException(Kind.UNAVAILABLE, "Telegram cannot be reached");
  }

  private InputStream fetch(JsonNode file) {
    String path = file.path("file_path").asText("");
    long announced = file.path("file_size").asLong(Limits.MAX_DOWNLOAD);
    if (path.startsWith("/") || path.contains(":\\")) {
      return openLocal(path, announced);
    }
    if (!SAFE_PATH.matcher(path).matches() || path.contains("..")) {
      throw new TransportException(Kind.GONE, "Telegram names no usable path for the file");
    }
    try {
      return body(api.download(path), announced);
    } catch (IOException e) {
      throw new TransportException(Kind.UNAVAILABLE, api.clean(e.toString()));
    }
  }

  /** A status that is no success must not be taken for a picture. */
  private InputStream body(Response response, long announced) {
    if (!response.isSuccessful()) {
      int status = response.code();
      response.close();
      boolean forGood = status == 404 || status == 410;
      throw new TransportException(
          forGood ? Kind.GONE : Kind.UNAVAILABLE, "the file server answered " + status);
    }
    long length = response.body().contentLength();
    if (length > announced) {
      response.close();
      throw new TransportException(Kind.GONE, "the file is larger than announced");
    }
    return new Limited(response.body().byteStream(), announced, length);
  }

  private InputStream openLocal(String path, long announced) {
    Path root =
        localFiles.orElseThrow(
            () ->
                new TransportException(
                    Kind.GONE, "the server keeps files locally, and localFiles is not set"));
    try {
      // as they are on disk, or a link would lead elsewhere
      Path real = Path.of(path).toRealPath();
      if (!real.startsWith(root.toRealPath())) {
        throw new TransportException(Kind.GONE, "the file is outside of localFiles");
      }
      long size = Files.size(real);
      return new Limited(Files.newInputStream(real), Math.max(size, announced), size);
    } catch (InvalidPathException | IOException e) {
      throw new TransportException(Kind.GONE, "the local file cannot be opened", e);
    }
  }

  /** Ends with an error where a file is longer or shorter than it was said to be. */
  private final class Limited extends FilterInputStream {
    private final long length;
    private long left;
    private long read;

    Limited(InputStream in, long max, long length) {
      super(in);
      this.left = max;
      this.length = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      int got;
      try {
        got = super.read(into, offset, count);
      } catch (IOException e) {
        throw new IOException(api.clean(e.toString())); // its own message might name the address
      }
      if (got < 0) {
        if (length >= 0 && read < length) {
          throw new IOException("the file ended early");
        }
        return got;
      }
      read += got;
      left -= got;
      if (left < 0) {
        throw new IOException("the file is larger than announced");
      }
      return got;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = super.skip(count);
      read += skipped;
      left -= skipped;
      return skipped;
    }
  }
}
