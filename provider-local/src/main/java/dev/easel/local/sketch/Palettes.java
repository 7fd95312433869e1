package dev.easel.local.sketch;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Chooses the colours: by the words for colours, times of day and seasons, else by the seed. */
final class Palettes {
  private static final Palette DAWN =
      Palette.of(false, 0x2b2d5b, 0x5d4a86, 0xa85f8d, 0xe58b8b, 0xf8c3a0, 0xfff0d6, 0xf25f5c);
  private static final Palette SUNSET =
      Palette.of(false, 0x1d1145, 0x571a68, 0xb0305c, 0xef643c, 0xfcab4e, 0xffe9b0, 0xffd166);
  private static final Palette DAY =
      Palette.of(false, 0x0b3147, 0x1b6087, 0x4b9cc4, 0x93cde0, 0xd3ecef, 0xfff8e2, 0xff7a4d);
  private static final Palette GREEN =
      Palette.of(false, 0x0c2a22, 0x1d4c39, 0x3e7c4f, 0x84ae6a, 0xcbdd9f, 0xf8f7de, 0xe9a23b);
  private static final Palette NIGHT =
      Palette.of(true, 0x050818, 0x0f1a3a, 0x1e3869, 0x486fa6, 0x9cb6db, 0xf7f2df, 0xffc857);
  private static final Palette AURORA =
      Palette.of(true, 0x04101c, 0x0a2b3c, 0x0f5c5c, 0x2fa084, 0x8fe0b0, 0xf2fbe4, 0xb388eb);
  private static final Palette AUTUMN =
      Palette.of(false, 0x2b160f, 0x672a16, 0xae4d1f, 0xdb892f, 0xf0c26c, 0xfff1d2, 0xa4161a);
  private static final Palette PASTEL =
      Palette.of(false, 0x5f5d8f, 0x9d90c2, 0xd0acd2, 0xf4c9d4, 0xfbe3cf, 0xfffaf0, 0x7cc6c0);
  private static final Palette NEON =
      Palette.of(true, 0x0a0320, 0x260a54, 0x6c09b3, 0xe3208a, 0x4cc9f0, 0xf3feff, 0xfee440);
  private static final Palette WINTER =
      Palette.of(false, 0x1b2b3b, 0x3c5973, 0x7795ad, 0xb3cad8, 0xdee9ef, 0xfcfdfe, 0xc8443c);
  private static final Palette SPRING =
      Palette.of(false, 0x24433a, 0x4b7f5b, 0x8fbf7f, 0xc9e3b0, 0xf6e3ea, 0xfffdf6, 0xf48fb1);
  private static final Palette SUMMER =
      Palette.of(false, 0x083d56, 0x0e7c86, 0x31b5a8, 0x96dcc0, 0xfbe6a2, 0xfffbe8, 0xff6b5e);
  private static final Palette VINTAGE =
      Palette.of(false, 0x2d2a26, 0x5a4f43, 0x8f7c62, 0xbfa982, 0xe0d0ac, 0xf7efda, 0xa6553f);
  private static final Palette MONO =
      Palette.of(false, 0x0d0d0e, 0x333436, 0x66686b, 0x9fa1a4, 0xd4d5d7, 0xfbfbfb, 0x7b7d80);
  private static final Palette FIRE =
      Palette.of(true, 0x120303, 0x3d0a08, 0x86190d, 0xd5431a, 0xf99d2c, 0xfff3bf, 0xffd23f);
  private static final Palette STORM =
      Palette.of(true, 0x0d1117, 0x232b36, 0x45525f, 0x7a8895, 0xb5bfc6, 0xeff2f2, 0xe9c46a);

  private record Mood(Palette palette, List<String> stems) {
    static Mood of(Palette palette, String... stems) {
      return new Mood(palette, List.of(stems));
    }
  }

  private record Hue(double degrees, double chroma, List<String> stems) {
    static Hue of(double degrees, double chroma, String... stems) {
      return new Hue(degrees, chroma, List.of(stems));
    }
  }

  private static final List<Mood> MOODS =
      List.of(
          Mood.of(SUNSET, "sunset", "dusk", "evening", "закат", "вечер", "сумер"),
          Mood.of(DAWN, "dawn", "sunrise", "morning", "рассвет", "утр", "восход"),
          Mood.of(
              NIGHT, "night", "midnight", "moon", "dark", "ноч", "полночь", "лун", "тёмн", "темн"),
          Mood.of(
              AURORA, "aurora", "polar", "northern", "magic", "сияни", "полярн", "волшеб", "маги"),
          Mood.of(AUTUMN, "autumn", "fall", "october", "осен", "октябр"),
          Mood.of(PASTEL, "pastel", "soft", "gentle", "tender", "пастел", "нежн", "мягк"),
          Mood.of(NEON, "neon", "cyberpunk", "synthwave", "vaporwave", "неон", "киберпанк"),
          Mood.of(
              WINTER, "winter", "snow", "snowy", "frost", "ice", "icy", "cold", "зим", "снег",
              "снеж", "мороз", "лёд", "холод"),
          Mood.of(
              SPRING, "spring", "sakura", "blossom", "april", "весн", "весен", "сакур", "апрел"),
          Mood.of(SUMMER, "summer", "tropical", "sunny", "лет", "тропич", "солнечн"),
          Mood.of(VINTAGE, "vintage", "sepia", "retro", "old", "винтаж", "сепи", "ретро", "стар"),
          Mood.of(
              MONO,
              "monochrome",
              "mono",
              "grey",
              "gray",
              "black",
              "white",
              "монохром",
              "сер",
              "чёрн",
              "черн",
              "бел"),
          Mood.of(
              FIRE, "fire", "lava", "volcano", "flame", "hell", "огон", "огн", "лав", "плам",
              "вулкан"),
          Mood.of(
              STORM, "storm", "rain", "gloomy", "thunder", "шторм", "бур", "дожд", "гроз",
              "мрачн"));

  private static final List<Hue> HUES =
      List.of(
          Hue.of(
              25, 0.19, "red", "scarlet", "crimson", "красн", "алый", "алая", "алые", "алое",
              "багр"),
          Hue.of(52, 0.16, "orange", "copper", "оранж", "рыж", "медн"),
          Hue.of(88, 0.15, "yellow", "gold", "golden", "amber", "жёлт", "желт", "золот", "янтар"),
          Hue.of(140, 0.15, "green", "emerald", "lime", "зелён", "зелен", "изумруд"),
          Hue.of(190, 0.11, "teal", "turquoise", "cyan", "aqua", "бирюз", "лазур"),
          Hue.of(248, 0.15, "blue", "azure", "indigo", "navy", "син", "голуб"),
          Hue.of(
              303,
              0.17,
              "purple",
              "violet",
              "lilac",
              "lavender",
              "magenta",
              "фиолет",
              "пурпур",
              "сирен",
              "лилов"),
          Hue.of(355, 0.16, "pink", "rose", "rosy", "peach", "розов", "персик"),
          Hue.of(
              62,
              0.07,
              "brown",
              "chocolate",
              "coffee",
              "beige",
              "коричн",
              "шоколад",
              "кофе",
              "бежев"));

  private static final List<Palette> ANY =
      List.of(
          DAWN, SUNSET, DAY, GREEN, NIGHT, AURORA, AUTUMN, PASTEL, NEON, WINTER, SPRING, SUMMER);

  private Palettes() {}

  static Palette choose(Words words, Style style, Random random) {
    List<Palette> moods =
        MOODS.stream().filter(m -> words.anyOf(m.stems())).map(Mood::palette).toList();
    List<Hue> hues = HUES.stream().filter(h -> words.anyOf(h.stems())).toList();
    boolean night = moods.stream().anyMatch(Palette::night);
    if (!hues.isEmpty()) {
      Hue first = hues.get(0);
      Hue last = hues.get(hues.size() - 1);
      double shift = (random.nextDouble() - 0.5) * 16;
      Palette coloured =
          Palette.ofHues(
              first.degrees() + shift,
              last.degrees() + shift,
              (first.chroma() + last.chroma()) / 2,
              night);
      // 'a red boat at night' keeps the night's accent
      return moods.isEmpty()
          ? coloured
          : new Palette(coloured.ramp(), moods.get(0).accent(), night);
    }
    if (!moods.isEmpty()) {
      return moods.get(random.nextInt(moods.size()));
    }
    List<Palette> fitting = new ArrayList<>(fitting(style));
    return fitting.get(random.nextInt(fitting.size()));
  }

  private static List<Palette> fitting(Style style) {
    return switch (style) {
      case MOUNTAINS -> List.of(DAWN, SUNSET, DAY, NIGHT, AURORA, PASTEL, WINTER, AUTUMN);
      case SEA -> List.of(SUNSET, DAY, SUMMER, DAWN, NIGHT, PASTEL);
      case CITY -> List.of(NIGHT, NEON, SUNSET, DAWN, AURORA);
      case FOREST -> List.of(GREEN, DAWN, WINTER, NIGHT, AUTUMN, AURORA);
      case TREE -> List.of(SPRING, AUTUMN, SUNSET, PASTEL, DAWN);
      case GARDEN -> List.of(SPRING, SUMMER, GREEN, PASTEL);
      case DUNES -> List.of(SUNSET, AUTUMN, VINTAGE, NIGHT, DAWN);
      case SPACE -> List.of(NIGHT, NEON, AURORA, FIRE, SUNSET);
      default -> ANY;
    };
  }
}
