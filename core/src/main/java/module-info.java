/**
 * The vocabulary of image-generation bots, the seams between their parts, and the bot that joins
 * them.
 */
module dev.easel.core {
  requires com.fasterxml.jackson.databind;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.easel;
  exports dev.easel.bot;
  exports dev.easel.chat;
  exports dev.easel.health;
  exports dev.easel.image;
  exports dev.easel.job;
  exports dev.easel.limit;
  exports dev.easel.store;

  // the payload codec reads and writes their records
  opens dev.easel.bot to
      com.fasterxml.jackson.databind;
}
