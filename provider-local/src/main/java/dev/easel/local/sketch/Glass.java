package dev.easel.local.sketch;

/** A leaded window: coloured panes with the sun behind them. */
final class Glass implements Scene {
  @Override
  public void paint(Painting p) throws InterruptedException {
    Palette c = p.palette;
    double density = p.between(6.5, 10);
    double lightX = p.right * p.between(0.3, 0.7);
    double lightY = p.bottom * p.between(0.25, 0.6);
    double petals = 5 + p.random.nextInt(5);
    double rose = p.between(0.26, 0.34);
    double spin = p.between(0, Math.PI);
    double offset = p.between(0, 40);
    p.upTo(0.85)
        .shade(
            3,
            (x, y, rgba) -> {
              double sx = x * density;
              double sy = y * density;
              int cx = (int) Math.floor(sx);
              int cy = (int) Math.floor(sy);
              double first = 9;
              double second = 9;
              int paneX = 0;
              int paneY = 0;
              for (int j = cy - 1; j <= cy + 1; j++) {
                for (int i = cx - 1; i <= cx + 1; i++) {
                  double dx = i + 0.12 + 0.76 * p.noise.spot(i, j) - sx;
                  double dy = j + 0.12 + 0.76 * p.noise.spot(i + 1000, j) - sy;
                  double d = Math.sqrt(dx * dx + dy * dy);
                  if (d < first) {
                    second = first;
                    first = d;
                    paneX = i;
                    paneY = j;
                  } else if (d < second) {
                    second = d;
                  }
                }
              }
              double lead = Colour.smooth(0.035, 0.07, second - first);

              // a rose in the middle has panes and leads of its own
              double dx = x - lightX;
              double dy = y - lightY;
              double distance = Math.hypot(dx, dy);
              double angle = Math.atan2(dy, dx) + spin;
              double petal = rose * (0.78 + 0.22 * Math.cos(angle * petals));
              double key;
              double hue;
              if (distance < petal) {
                double ring = distance / rose;
                int band = ring < 0.26 ? 0 : ring < 0.55 ? 1 : 2;
                double parts = band == 0 ? 1 : band == 1 ? petals : petals * 2;
                double sector = angle / (2 * Math.PI) * parts + (band == 1 ? 0.5 : 0);
                double edge = Math.abs(sector - Math.rint(sector)) / parts * 2 * Math.PI * distance;
                lead = band == 0 ? 1 : Colour.smooth(0.0035, 0.0065, edge);
                lead *=
                    Colour.smooth(0.0035, 0.0065, Math.abs(ring - 0.26) * rose)
                        * Colour.smooth(0.0035, 0.0065, Math.abs(ring - 0.55) * rose);
                int which = Math.floorMod((int) Math.floor(sector + 0.0), (int) parts);
                key = p.noise.spot(which + 50, band + 7);
                hue =
                    band == 0
                        ? 1
                        : band == 1 ? 0.55 + 0.4 * key : (which % 2 == 0 ? 2 : 0.45 + 0.4 * key);
              } else {
                key = p.noise.spot(paneX + 500, paneY + 500);
                double drift = p.noise.fractal(paneX * 0.23 + offset, paneY * 0.23, 2);
                hue = key > 0.88 ? 2 : Colour.clamp(0.42 + drift * 1.1 + (key - 0.5) * 0.5);
              }
              lead *= Colour.smooth(0.005, 0.009, Math.abs(distance - petal));

              Painting.put(rgba, hue > 1.5 ? c.accent() : c.at(0.15 + 0.75 * hue), 1);
              double ripple = p.noise.fractal(x * 14 + key * 50, y * 22, 4);
              double through =
                  0.62 + 0.75 * Math.exp(-distance * 1.7) + 0.28 * ripple + 0.12 * (key - 0.5);
              Painting.scale(rgba, through);
              Painting.glow(rgba, c.at(1), Math.exp(-distance * 4) * 0.45);
              Painting.scale(rgba, 0.7 + 0.3 * Colour.smooth(0, 0.3, second - first));
              Painting.blend(rgba, Colour.of(0.14, 0.01, 260), 1 - lead);
            });
    p.upTo(1).finish(0.45);
  }
}
