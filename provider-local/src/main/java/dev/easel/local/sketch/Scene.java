package dev.easel.local.sketch;

/** Paints one kind of picture. Keeps nothing from one picture to the next. */
@FunctionalInterface
interface Scene {
  void paint(Painting p) throws InterruptedException;
}
