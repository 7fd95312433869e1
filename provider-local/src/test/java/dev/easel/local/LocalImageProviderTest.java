package dev.easel.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.easel.image.AspectRatio;
import dev.easel.image.Capabilities;
import dev.easel.image.ImageOptions;
import dev.easel.image.ImageProvider;
import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderOutcome.Rendered;
import dev.easel.image.Size;
import dev.easel.store.ImageId;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import dev.easel.testkit.ImageProviderContract;
import dev.easel.testkit.TestPictures;
import dev.easel.testkit.TestRenderContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalImageProviderTest extends ImageProviderContract {
  private final LocalImageProvider provider = LocalImageProvider.create();
  private final TestRenderContext context = new TestRenderContext();

  @Override
  protected ImageProvider newProvider() {
    return provider;
  }

  @AfterEach
  void close() {
    provider.close();
  }

  @Override
  protected Duration promptly() {
    return Duration.ofSeconds(30); // about 0.1 s, and a machine that stands still meanwhile
  }

  @Override
  protected ImageTask slowTask(Capabilities can) {
    return new ImageTask.Generate( // of a minute, as long as nobody stops it
        PROMPT, ImageOptions.builder().n(10).size(2048, 2048).build());
  }

  @Test
  void saysWhatItIs() throws Exception {
    Rendered sketch = finish(provider, ImageTask.Generate.of("море"));
    assertThat(sketch.maker()).isEqualTo("local-sketch");
    assertThat(sketch.metadata()).containsEntry("style", "sea");
    assertThat(provider.capabilities().semanticPrompt()).isFalse();
    assertThat(edit("sepia", TestPictures.photo(60, 40)).maker()).isEqualTo("local-filters");
  }

  @Test
  void sketchCarriesPromptAndSeedUnlessSwitchedOff() throws Exception {
    ImageTask task = new ImageTask.Generate("тихое море", ImageOptions.builder().seed(5).build());
    byte[] with = finish(provider, task).images().get(0).bytes();
    Parameters read = Parameters.readFrom(with).orElseThrow();
    assertThat(read.prompt()).isEqualTo("тихое море");
    assertThat(read.seed()).isEqualTo(5);
    byte[] without;
    try (LocalImageProvider silent = LocalImageProvider.builder().metadata(false).build()) {
      without = finish(silent, task).images().get(0).bytes();
    }
    assertThat(new String(without, StandardCharsets.UTF_8)).doesNotContain("parameters", "море");
    assertThat(TestPictures.pixels(without)).isEqualTo(TestPictures.pixels(with));
  }

  @Test
  void editCarriesNoText() throws Exception {
    byte[] bytes = edit("blur", TestPictures.photo(60, 40)).images().get(0).bytes();
    assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("parameters", "blur");
  }

  @Test
  void styleOptionChoosesTheScene() throws Exception {
    ImageTask task =
        new ImageTask.Generate("the sea", ImageOptions.builder().style("mandala").build());
    assertThat(finish(provider, task).metadata()).containsEntry("style", "mandala");
    ImageTask unknown =
        new ImageTask.Generate("the sea", ImageOptions.builder().style("cubist").build());
    assertThat(finish(provider, unknown).warnings()).singleElement().asString().contains("mandala");
  }

  @Test
  void aspectRatioGivesAboutTheDefaultArea() throws Exception {
    ImageTask task =
        new ImageTask.Generate(
            "a maze", ImageOptions.builder().aspectRatio(new AspectRatio(16, 9)).build());
    var info = finish(provider, task).images().get(0).info();
    assertThat((double) info.width() / info.height()).isBetween(1.7, 1.85);
    assertThat(info.pixels()).isBetween(250_000L, 275_000L);
  }

  @Test
  void smallestAndLongestSizesCanBeDrawn() throws Exception {
    for (Size size : List.of(new Size(64, 64), new Size(64, 2048), new Size(2048, 64))) {
      ImageTask task = new ImageTask.Generate("a city", ImageOptions.builder().size(size).build());
      var info = finish(provider, task).images().get(0).info();
      assertThat(new Size(info.width(), info.height())).isEqualTo(size);
    }
  }

  @Test
  void variedSketchIsAnotherOfTheSameStyle() throws Exception {
    ImageTask task = new ImageTask.Generate("a dune", ImageOptions.builder().size(96, 96).build());
    byte[] first = finish(provider, task).images().get(0).bytes();
    ImageRef ref = context.add(first);
    Rendered varied =
        finish(
            provider, new ImageTask.Vary(ref, "", Optional.empty(), ImageOptions.DEFAULT), context);
    assertThat(varied.maker()).isEqualTo("local-sketch");
    assertThat(varied.metadata()).containsEntry("style", "dunes");
    assertThat(TestPictures.pixels(varied.images().get(0).bytes()))
        .isNotEqualTo(TestPictures.pixels(first));
  }

  @Test
  void strengthIsNoneOfAVariedSketchAndAWarning() throws Exception {
    ImageTask task = new ImageTask.Generate("a dune", ImageOptions.builder().size(96, 96).build());
    ImageRef ref = context.add(finish(provider, task).images().get(0).bytes());
    Rendered varied =
        finish(
            provider, new ImageTask.Vary(ref, "", Optional.of(0.2), ImageOptions.DEFAULT), context);
    assertThat(varied.warnings()).singleElement().asString().contains("strength");
  }

  @Test
  void variedPhotoIsLikeItAndNotTheSame() throws Exception {
    byte[] photo = TestPictures.photo(90, 60);
    ImageRef ref = context.add(photo);
    Rendered varied =
        finish(
            provider,
            new ImageTask.Vary(
                ref, "", Optional.empty(), ImageOptions.builder().n(2).seed(1).build()),
            context);
    assertThat(varied.maker()).isEqualTo("local-filters");
    assertThat(varied.images()).hasSize(2);
    int[] one = TestPictures.pixels(varied.images().get(0).bytes());
    assertThat(one).isNotEqualTo(TestPictures.pixels(photo));
    assertThat(one).isNotEqualTo(TestPictures.pixels(varied.images().get(1).bytes()));
    assertThat(meanDifference(one, TestPictures.pixels(photo))).isBetween(1.0, 60.0);
  }

  @Test
  void editKeepsWhatTheMaskLeavesBlack() throws Exception {
    byte[] photo = TestPictures.photo(80, 40);
    ImageRef ref = context.add(photo);
    ImageRef mask = context.add(TestPictures.leftHalfMask(80, 40));
    Rendered edited =
        finish(
            provider,
            new ImageTask.Edit(
                List.of(ref), "invert", Optional.of(mask), Optional.empty(), ImageOptions.DEFAULT),
            context);
    int[] before = TestPictures.pixels(photo);
    int[] after = TestPictures.pixels(edited.images().get(0).bytes());
    for (int i = 0; i < before.length; i++) {
      int expected = i % 80 < 40 ? before[i] ^ 0xffffff : before[i];
      assertThat(after[i]).isEqualTo(expected);
    }
  }

  @Test
  void maskOfAnotherSizeIsRefused() {
    ImageRef ref = context.add(TestPictures.photo(80, 40));
    ImageRef mask = context.add(TestPictures.leftHalfMask(40, 40));
    assertThat(
            refused(
                    new ImageTask.Edit(
                        List.of(ref),
                        "invert",
                        Optional.of(mask),
                        Optional.empty(),
                        ImageOptions.DEFAULT))
                .kind())
        .isEqualTo(Kind.INVALID_REQUEST);
  }

  @Test
  void wordsThatNameNoFilterChangeTheColoursAndSaySo() throws Exception {
    Rendered edited = edit("put a hat on the cat", TestPictures.photo(60, 40));
    assertThat(edited.warnings()).singleElement().asString().contains("sepia");
    assertThat(edited.images().get(0).seed()).isPresent();
  }

  @Test
  void strengthLeavesSomeOfTheOriginal() throws Exception {
    byte[] grey = TestPictures.png(16, 16, 0x404040);
    ImageRef ref = context.add(grey);
    Rendered half =
        finish(
            provider,
            new ImageTask.Edit(
                List.of(ref), "invert", Optional.empty(), Optional.of(0.5), ImageOptions.DEFAULT),
            context);
    assertThat(TestPictures.pixels(half.images().get(0).bytes())[0] & 0xff).isBetween(0x7e, 0x81);
  }

  @Test
  void hugePictureIsRefusedFromItsHead() {
    byte[] bomb = TestPictures.png(8, 8, 0);
    ByteBuffer.wrap(bomb).putInt(16, 30_000).putInt(20, 30_000);
    ProviderException refused = refused(edit(context.add(bomb), "blur"));
    assertThat(refused.kind()).isEqualTo(Kind.TOO_LARGE);
    assertThat(refused).hasMessageContaining("30000 x 30000");
  }

  @Test
  void brokenPictureIsRefused() throws Exception {
    byte[] png = TestPictures.photo(60, 40);
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageIO.write(TestPictures.decode(png), "jpeg", jpeg);
    assertThat(refused(edit(context.add(Arrays.copyOf(png, png.length / 2)), "blur")).kind())
        .isEqualTo(Kind.INVALID_REQUEST);
    byte[] noise = png.clone();
    for (int i = 45; i < noise.length - 12; i++) {
      noise[i] = (byte) (i * 31);
    }
    assertThat(refused(edit(context.add(noise), "blur")).kind()).isEqualTo(Kind.INVALID_REQUEST);
    byte[] head = Arrays.copyOf(jpeg.toByteArray(), 250);
    assertThat(refused(edit(context.add(head), "blur")).kind()).isEqualTo(Kind.INVALID_REQUEST);
  }

  @Test
  void jpegThatIsMadeToTakeHoursIsRefused() throws Exception {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam progressive = writer.getDefaultWriteParam();
    progressive.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
      writer.write(null, new IIOImage(image, null, null), progressive);
    } finally {
      writer.dispose();
    }
    byte[] usual = bytes.toByteArray();
    assertThat(edit("blur", usual).images()).hasSize(1);
    ByteArrayOutputStream film = new ByteArrayOutputStream();
    film.write(usual);
    for (int i = 0; i < 200; i++) {
      film.write(new byte[] {1, (byte) 0xff, (byte) 0xda, 7});
    }
    assertThat(edit("blur", film.toByteArray()).images()).as("a film behind it").hasSize(1);
    int scan = lastScan(usual);
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.write(usual, 0, usual.length - 2);
    for (int i = 0; i < 200; i++) {
      bomb.write(usual, scan, usual.length - 2 - scan); // says the same once more
    }
    bomb.write(usual, usual.length - 2, 2);
    ProviderException refused = refused(edit(context.add(bomb.toByteArray()), "blur"));
    assertThat(refused.kind()).isEqualTo(Kind.INVALID_REQUEST);
    assertThat(refused).hasMessageContaining("scans");
  }

  private static int lastScan(byte[] jpeg) {
    int at = jpeg.length - 2;
    while (jpeg[at] != (byte) 0xff || jpeg[at + 1] != (byte) 0xda) {
      at--;
    }
    return at;
  }

  @Test
  void webpIsUnsupportedAndNamed() {
    byte[] webp = new byte[40];
    System.arraycopy("RIFF....WEBPVP8X".getBytes(StandardCharsets.US_ASCII), 0, webp, 0, 16);
    webp[24] = 9;
    webp[27] = 9;
    ImageRef ref = new ImageRef(ImageId.random(), MediaType.WEBP, 10, 10, 40);
    context.add(ref, webp);
    ProviderException refused = refused(edit(ref, "blur"));
    assertThat(refused.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(refused).hasMessageContaining("WEBP");
  }

  @Test
  void greyPalettedAndTranslucentPicturesKeepTheirColours() throws Exception {
    BufferedImage grey = new BufferedImage(20, 20, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(3, 3, 0, 100);
    assertThat(mirrored(grey)[3 * 20 + 16]).isEqualTo(0xff646464);
    BufferedImage deep = new BufferedImage(20, 20, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setSample(3, 3, 0, 100 * 257);
    assertThat(mirrored(deep)[3 * 20 + 16]).isEqualTo(0xff646464);
    BufferedImage indexed = new BufferedImage(20, 20, BufferedImage.TYPE_BYTE_INDEXED);
    indexed.setRGB(3, 3, 0xff336699);
    assertThat(mirrored(indexed)[3 * 20 + 16]).isEqualTo(0xff336699);
    BufferedImage clear = new BufferedImage(20, 20, BufferedImage.TYPE_INT_ARGB);
    clear.setRGB(3, 3, 0x80336699);
    assertThat(mirrored(clear)[3 * 20 + 16]).isEqualTo(0x80336699);
  }

  @Test
  void upscaleSaysWhatMadeIt() throws Exception {
    ImageRef ref = context.add(TestPictures.photo(60, 40));
    Rendered large = finish(provider, new ImageTask.Upscale(ref, 2, ImageOptions.DEFAULT), context);
    assertThat(large.maker()).isEqualTo("esrgan-slim x2 (local)");
  }

  @Test
  void pictureAboveAMegapixelIsEnlargedByLanczosWhichSaysSo() throws Exception {
    ImageRef ref = context.add(TestPictures.png(1200, 900, 0x336699));
    Rendered large = finish(provider, new ImageTask.Upscale(ref, 2, ImageOptions.DEFAULT), context);
    assertThat(large.maker()).isEqualTo("lanczos x2 (local)");
    assertThat(large.warnings()).singleElement().asString().contains("Lanczos");
    assertThat(large.images().get(0).info().width()).isEqualTo(2400);
    ImageOptions strict = ImageOptions.builder().strictness(ImageOptions.Strictness.STRICT).build();
    assertThat(refused(new ImageTask.Upscale(ref, 2, strict)).kind()).isEqualTo(Kind.UNSUPPORTED);
    ImageRef huge = context.add(TestPictures.png(3000, 2000, 0x336699));
    ProviderException refused = refused(new ImageTask.Upscale(huge, 2, ImageOptions.DEFAULT));
    assertThat(refused.kind()).isEqualTo(Kind.TOO_LARGE);
    assertThat(refused).hasMessageContaining("3000 x 2000");
  }

  @Test
  void timeoutOptionEndsTheWork() {
    ImageTask task =
        new ImageTask.Generate(
            "a mountain",
            ImageOptions.builder().n(10).size(1024, 1024).timeout(Duration.ofMillis(50)).build());
    assertThat(refused(task).kind()).isEqualTo(Kind.TIMEOUT);
  }

  private int[] mirrored(BufferedImage image) throws Exception {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return TestPictures.pixels(edit("mirror it", png.toByteArray()).images().get(0).bytes());
  }

  private Rendered edit(String words, byte[] picture) throws Exception {
    return finish(provider, edit(context.add(picture), words), context);
  }

  private static ImageTask edit(ImageRef picture, String words) {
    return new ImageTask.Edit(
        List.of(picture), words, Optional.empty(), Optional.empty(), ImageOptions.DEFAULT);
  }

  private ProviderException refused(ImageTask task) {
    return catchThrowableOfType(ProviderException.class, () -> provider.render(task, context));
  }

  private static double meanDifference(int[] a, int[] b) {
    long sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int shift = 0; shift <= 16; shift += 8) {
        sum += Math.abs((a[i] >> shift & 0xff) - (b[i] >> shift & 0xff));
      }
    }
    return sum / 3.0 / a.length;
  }
}
