package dev.easel.examples;

import static dev.easel.examples.Setting.EASEL_BACKEND;
import static dev.easel.examples.Setting.EASEL_DATA_DIR;
import static dev.easel.examples.Setting.EASEL_IMAGE_STORE;
import static dev.easel.examples.Setting.EASEL_QUEUE;

import dev.easel.Backend;
import dev.easel.bot.Role;
import dev.easel.job.QueueException;
import dev.easel.memory.MemoryBackend;
import dev.easel.redis.RedisBackend;
import dev.easel.store.FolderImageStore;
import dev.easel.store.StoreException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** Opens the backend that the settings name: in this process, or in Redis. */
final class Backends {
  private static final long MAX_FOLDER_BYTES = 4L << 30;

  private Backends() {}

  static Backend open(Values values, Set<Role> roles) {
    String where = values.text(EASEL_BACKEND);
    String queue = values.text(EASEL_QUEUE);
    if (!queue.matches("[a-z0-9._-]{1,40}")) {
      throw new BadSetting(EASEL_QUEUE, "is '" + queue + "'", "give 1 to 40 of a-z 0-9 . _ -");
    }
    if (where.startsWith("redis://") || where.startsWith("rediss://")) {
      return redis(values, where, queue);
    }
    if (!where.equals("memory")) { // not shown: it may hold a password
      throw new BadSetting(
          EASEL_BACKEND,
          "names no backend",
          "give memory, redis://host:port or rediss://user:password@host:port");
    }
    if (roles.size() < Role.values().length) {
      throw new BadSetting(
          EASEL_BACKEND,
          "is memory, which other processes cannot share",
          "leave EASEL_ROLES at front,worker, or set EASEL_BACKEND to redis://host:port");
    }
    return store(values, "folder", List.of("folder", "memory")).equals("folder")
        ? inFolder(values)
        : MemoryBackend.create();
  }

  private static String store(Values values, String otherwise, List<String> allowed) {
    return values.isSet(EASEL_IMAGE_STORE) ? values.oneOf(EASEL_IMAGE_STORE, allowed) : otherwise;
  }

  private static Backend redis(Values values, String uri, String queue) {
    try {
      RedisBackend.Builder builder = RedisBackend.builder().uri(uri).queue(queue);
      if (store(values, "redis", List.of("redis", "folder")).equals("folder")) {
        builder.images(folder(values));
      }
      return builder.build();
    } catch (QueueException e) {
      throw new BadSetting(EASEL_BACKEND, "cannot be used", String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new BadSetting(EASEL_BACKEND, "is no address of a Redis", "give redis://host:port");
    }
  }

  private static Backend inFolder(Values values) {
    try {
      return MemoryBackend.builder().imageFolder(path(values)).build();
    } catch (StoreException e) {
      throw noFolder(values);
    }
  }

  private static FolderImageStore folder(Values values) {
    try {
      return FolderImageStore.open(path(values), MAX_FOLDER_BYTES, InstantSource.system());
    } catch (StoreException e) {
      throw noFolder(values);
    }
  }

  private static Path path(Values values) {
    try {
      return Path.of(values.text(EASEL_DATA_DIR)).toAbsolutePath().normalize().resolve("images");
    } catch (InvalidPathException e) {
      throw noFolder(values);
    }
  }

  private static BadSetting noFolder(Values values) {
    return new BadSetting(
        EASEL_DATA_DIR,
        "is '" + values.text(EASEL_DATA_DIR) + "', where no pictures can be kept",
        "give a folder that this program may write to");
  }
}
