/** The complete bot, and short programs that embed the SDK. */
module dev.easel.examples {
  requires ch.qos.logback.classic;
  requires ch.qos.logback.core;
  requires dev.easel.core;
  requires dev.easel.http;
  requires dev.easel.local;
  requires dev.easel.memory;
  requires dev.easel.redis;
  requires dev.easel.routing;
  requires dev.easel.telegram;
  requires dev.easel.web;
  requires info.picocli;
  requires io.javalin;
  requires org.slf4j;
  requires static org.jspecify;

  provides ch.qos.logback.classic.spi.Configurator with
      dev.easel.examples.Logs;
}
