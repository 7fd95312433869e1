package dev.easel.examples;

import dev.easel.Backend;
import dev.easel.bot.ImageBot;
import dev.easel.local.LocalImageProvider;
import dev.easel.memory.MemoryBackend;
import dev.easel.web.WebTransport;

/**
 * A whole bot: a chat page on port 8080, sketches made in this program, everything kept in memory.
 */
public final class MinimalBot {
  private MinimalBot() {}

  public static void main(String[] args) throws InterruptedException {
    try (Backend backend = MemoryBackend.create();
        LocalImageProvider sketches = LocalImageProvider.create();
        ImageBot bot =
            ImageBot.builder(WebTransport.builder().port(8080).build(), sketches, backend)
                .workers(2)
                .build()) {
      bot.start();
      Thread.currentThread().join();
    }
  }
}
