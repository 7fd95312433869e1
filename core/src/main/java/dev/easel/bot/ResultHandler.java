package dev.easel.bot;

/** Takes results. Called at least once for each, from several threads. */
@FunctionalInterface
public interface ResultHandler {
  /**
   * Takes a result; its return settles the delivery.
   *
   * @throws Exception to be called again after a few seconds
   */
  void handle(Delivery delivery) throws Exception;
}
