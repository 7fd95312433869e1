package dev.easel.routing;

/**
 * Hears what happens on the way to pictures, for metrics. Called on the working thread; must be
 * quick.
 */
@FunctionalInterface
public interface RoutingListener {
  void on(RoutingEvent event);
}
