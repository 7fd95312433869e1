package dev.easel.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Dns;

/**
 * Resolves names to public addresses only. The connection is made to the very addresses that were
 * looked at here, so a name that changes in between gains nothing.
 */
final class PublicDns implements Dns {
  private final Dns from;

  PublicDns(Dns from) {
    this.from = from;
  }

  @Override
  public List<InetAddress> lookup(String host) throws UnknownHostException {
    List<InetAddress> open = new ArrayList<>();
    for (InetAddress address : from.lookup(host)) {
      if (isPublic(address)) {
        open.add(address);
      }
    }
    if (open.isEmpty()) {
      throw new UnknownHostException(host + " has no public address");
    }
    return open;
  }

  static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] b = address.getAddress();
    return b.length == 4 ? isPublic4(b, 0) : isPublic6(b);
  }

  /**
   * The registry of special addresses: https://www.iana.org/assignments/iana-ipv4-special-registry
   */
  private static boolean isPublic4(byte[] b, int at) {
    int first = b[at] & 0xff;
    int second = b[at + 1] & 0xff;
    int third = b[at + 2] & 0xff;
    return first != 0
        && first != 10
        && first != 127
        && !(first == 100 && second >= 64 && second <= 127) // shared by a provider's customers
        && !(first == 169 && second == 254)
        && !(first == 172 && second >= 16 && second <= 31)
        && !(first == 192 && second == 0 && (third == 0 || third == 2))
        && !(first == 192 && second == 88 && third == 99)
        && !(first == 192 && second == 168)
        && !(first == 198 && (second == 18 || second == 19))
        && !(first == 198 && second == 51 && third == 100)
        && !(first == 203 && second == 0 && third == 113)
        && first < 224;
  }

  private static boolean isPublic6(byte[] b) {
    if (startsWith(b, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0)) { // NAT64
      return isPublic4(b, 12);
    }
    if (startsWith(b, 0x20, 0x02)) { // 6to4
      return isPublic4(b, 2);
    }
    // global unicast is 2000::/3; of it, Teredo and its neighbours and the documentation are not
    return (b[0] & 0xe0) == 0x20
        && !(startsWith(b, 0x20, 0x01) && (b[2] & 0xfe) == 0)
        && !startsWith(b, 0x20, 0x01, 0x0d, 0xb8)
        && !(startsWith(b, 0x3f, 0xff) && (b[2] & 0xf0) == 0);
  }

  private static boolean startsWith(byte[] b, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if ((b[i] & 0xff) != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}
