package dev.easel.local.upscale;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Hands out the tiles of all running upscales in turn, so that a large one delays none for long.
 */
final class Turns {
  private final Deque<Upscale> line = new ArrayDeque<>();

  /** One tile to compute. */
  record Turn(Upscale upscale, TileWorker.Tile tile) {}

  synchronized void join(Upscale upscale) {
    line.addLast(upscale);
  }

  synchronized void leave(Upscale upscale) {
    line.remove(upscale);
  }

  synchronized boolean isEmpty() {
    return line.isEmpty();
  }

  synchronized Optional<Turn> next() {
    Upscale first = line.pollFirst();
    if (first == null) {
      return Optional.empty();
    }
    TileWorker.Tile tile = first.takeTile();
    if (first.hasTiles()) {
      line.addLast(first);
    }
    return Optional.of(new Turn(first, tile));
  }
}
