package dev.easel.local.filter;

/** One change of a picture. */
@FunctionalInterface
interface Filter {
  /**
   * @param rows told of each finished row; throws to stop the work
   */
  Raster apply(Raster in, Rows rows) throws InterruptedException;

  /** Hears that a row is done. */
  @FunctionalInterface
  interface Rows {
    void done(int row, int of) throws InterruptedException;
  }
}
