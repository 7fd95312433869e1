package dev.easel.memory;

/** The waiting jobs of one group in one band. */
final class Line {
  final Group group;
  final Band band;

  /** By their places. */
  final RankedSet<Job> jobs = new RankedSet<>();

  /** The cost served, by weight, on the band's scale. */
  double served;

  /** When it last entered {@link Band#ready} or {@link Band#indebted}; breaks ties. */
  long since;

  boolean ready;
  boolean indebted;

  Line(Group group, Band band) {
    this.group = group;
    this.band = band;
  }
}
