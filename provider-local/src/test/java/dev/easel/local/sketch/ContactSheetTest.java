package dev.easel.local.sketch;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.FileImageOutputStream;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;

/** Draws the contact sheet of docs/sketches.md again and compares. */
class ContactSheetTest {
  private static final Path SHEET = Path.of("..", "docs", "sketches.jpg");
  private static final Path DRAWN = Path.of("target", "sketches.jpg");
  private static final int CELL = 192;
  private static final int COLUMNS = 5;

  private record Cell(String prompt, long seed) {}

  /** As in docs/sketches.md. */
  private static final List<Cell> CELLS =
      List.of(
          new Cell("mountains at dawn", 4),
          new Cell("a lighthouse by the sea", 1),
          new Cell("neon city", 3),
          new Cell("a foggy forest", 5),
          new Cell("a cherry tree", 3),
          new Cell("a garden in summer", 1),
          new Cell("desert dunes at sunset", 1),
          new Cell("a planet in space", 2),
          new Cell("wind", 2),
          new Cell("stained glass", 2),
          new Cell("golden tiles", 1),
          new Cell("blue origami", 2),
          new Cell("a mandala", 1),
          new Cell("watercolour", 1),
          new Cell("мятный город на рассвете", 2));

  @Test
  void sheetShowsWhatIsDrawn() throws Exception {
    BufferedImage drawn = sheet();
    write(drawn);
    assertThat(SHEET).as("copy %s there after looking at it", DRAWN.toAbsolutePath()).exists();
    BufferedImage kept = ImageIO.read(SHEET.toFile());
    assertThat(kept.getWidth()).isEqualTo(drawn.getWidth());
    for (int i = 0; i < CELLS.size(); i++) {
      // rasterisers of different JDKs differ at edges, JPEG a little everywhere: compare what one
      // sees
      int[] ours = SketchTest.shrink(cell(drawn, i));
      int[] theirs = SketchTest.shrink(cell(kept, i));
      double sum = 0;
      for (int k = 0; k < ours.length; k++) {
        sum += Math.abs(ours[k] - theirs[k]);
      }
      assertThat(sum / ours.length)
          .as("'%s' looks different; look at %s and copy it over", CELLS.get(i).prompt(), DRAWN)
          .isLessThan(3);
    }
  }

  @Test
  void sheetShowsEveryStyle() {
    assertThat(CELLS.stream().map(c -> sketch(c).chosenStyle())).contains(Style.values());
  }

  @Test
  void pageNamesEveryCellAndStyle() throws IOException {
    String page = Files.readString(SHEET.resolveSibling("sketches.md"));
    assertThat(CELLS).allMatch(c -> page.contains("`" + c.prompt() + "`, " + c.seed()));
    assertThat(Arrays.asList(Style.values())).allMatch(s -> page.contains("`" + s.word() + "`"));
  }

  private static Sketch sketch(Cell cell) {
    return new Sketch(cell.prompt(), Optional.empty(), cell.seed(), CELL, CELL);
  }

  private static BufferedImage sheet() throws InterruptedException {
    int rows = (CELLS.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage sheet =
        new BufferedImage(COLUMNS * CELL, rows * CELL, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    for (int i = 0; i < CELLS.size(); i++) {
      BufferedImage image = sketch(CELLS.get(i)).draw((f, soFar) -> {});
      g.drawImage(image, i % COLUMNS * CELL, i / COLUMNS * CELL, null);
    }
    g.dispose();
    return sheet;
  }

  private static BufferedImage cell(BufferedImage sheet, int i) {
    return sheet.getSubimage(i % COLUMNS * CELL, i / COLUMNS * CELL, CELL, CELL);
  }

  private static void write(BufferedImage sheet) throws IOException {
    Files.createDirectories(DRAWN.getParent());
    Files.deleteIfExists(DRAWN);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = new FileImageOutputStream(DRAWN.toFile())) {
      ImageWriteParam how = writer.getDefaultWriteParam();
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionQuality(0.88f);
      writer.setOutput(out);
      writer.write(null, new IIOImage(sheet, null, null), how);
    } finally {
      writer.dispose();
    }
  }
}
