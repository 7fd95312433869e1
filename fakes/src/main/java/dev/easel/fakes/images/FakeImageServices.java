package dev.easel.fakes.images;

import java.util.List;

/**
 * All fake image services as a program: at the given port and those after it, 9100 unless told
 * otherwise. Each has a page {@code /_fake} that lists what it received.
 */
public final class FakeImageServices {
  private static final int USUAL_PORT = 9100;

  private FakeImageServices() {}

  /**
   * Runs until it is stopped.
   *
   * @param arguments the first port, or nothing
   */
  public static void main(String[] arguments) throws InterruptedException {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : USUAL_PORT;
    List<FakeService> services =
        List.of(
            FakeOpenAi.start(port),
            FakeWebUi.start(port + 1),
            FakeComfyUi.start(port + 2),
            FakeFal.start(port + 3));
    for (FakeService service : services) {
      System.out.printf("%-12s %s/_fake%n", service.getClass().getSimpleName(), service.url());
    }
    System.out.printf("keys: %s (OpenAI), %s (fal)%n", FakeOpenAi.KEY, FakeFal.KEY);
    Thread.currentThread().join();
  }
}
