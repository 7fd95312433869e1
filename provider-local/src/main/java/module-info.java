/** Pictures made on this machine, with no key and no network. */
module dev.easel.local {
  requires java.desktop;
  requires transitive dev.easel.core;
  requires static transitive org.jspecify;

  exports dev.easel.local;
}
