/**
 * A backend that keeps everything in Redis, for any number of processes on any number of machines.
 */
module dev.easel.redis {
  requires transitive dev.easel.core;
  requires transitive lettuce.core;
  requires org.slf4j;
  requires static transitive org.jspecify;
  // Lettuce is an automatic module and does not bring these along
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.resolver;
  requires io.netty.transport;

  exports dev.easel.redis;
}
