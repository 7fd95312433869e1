package dev.easel.examples;

import dev.easel.Backend;
import dev.easel.bot.ImageService;
import dev.easel.bot.Order;
import dev.easel.bot.Outcome;
import dev.easel.bot.Submission;
import dev.easel.image.ImageTask;
import dev.easel.local.LocalImageProvider;
import dev.easel.memory.MemoryBackend;

/** Pictures for a program that has a bot already: orders go in, results come out. */
public final class HeadlessService {
  private HeadlessService() {}

  public static void main(String[] args) {
    try (Backend backend = MemoryBackend.create();
        LocalImageProvider sketches = LocalImageProvider.create();
        ImageService images = ImageService.builder(sketches, backend).build()) {
      images.start();
      Order order =
          Order.of("order-1", ImageTask.Generate.of("a lighthouse at dawn"), "customer-7");
      if (images.submit(order) instanceof Submission.InLine line) {
        Outcome outcome = line.ticket().outcome().toCompletableFuture().join();
        System.out.println(outcome);
      }
    }
  }
}
