package dev.easel.local;

import javax.imageio.ImageWriter;
import javax.imageio.event.IIOWriteProgressListener;

/** Leaves one method of the listener's seven to write. */
abstract class StopWriting implements IIOWriteProgressListener {
  @Override
  public void imageStarted(ImageWriter source, int imageIndex) {}

  @Override
  public void imageComplete(ImageWriter source) {}

  @Override
  public void thumbnailStarted(ImageWriter source, int imageIndex, int thumbnailIndex) {}

  @Override
  public void thumbnailProgress(ImageWriter source, float percent) {}

  @Override
  public void thumbnailComplete(ImageWriter source) {}

  @Override
  public void writeAborted(ImageWriter source) {}
}
