/** A backend that keeps everything in this process. */
module dev.easel.memory {
  requires transitive dev.easel.core;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.easel.memory;
}
