package dev.easel.web;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells clients apart by their address, behind proxies that are trusted to name it. */
final class Addresses {
  // only literals, so that nothing is ever looked up: 256.0.0.1 would be taken for a name
  private static final String OCTET = "(25[0-5]|2[0-4]\\d|[01]?\\d?\\d)";
  private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:]{2,39}|[0-9a-fA-F:]{2,30}[\\d.]+");

  /** A range of addresses, by its first one and the number of bits that count. */
  private record Range(byte[] start, int bits) {
    boolean contains(InetAddress address) {
      byte[] other = address.getAddress();
      if (other.length != start.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((other[bit / 8] & mask) != (start[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  private final List<Range> trusted = new ArrayList<>();

  /**
   * @param proxies addresses or ranges such as {@code 10.0.0.0/8}
   */
  Addresses(Collection<String> proxies) {
    for (String proxy : proxies) {
      String[] parts = proxy.strip().split("/", 2);
      byte[] start = literal(parts[0]).orElseThrow(() -> notARange(proxy)).getAddress();
      int bits = start.length * 8;
      if (parts.length == 2) {
        if (!parts[1].matches("\\d{1,3}") || Integer.parseInt(parts[1]) > bits) {
          throw notARange(proxy);
        }
        bits = Integer.parseInt(parts[1]);
      }
      trusted.add(new Range(start, bits));
    }
  }

  /**
   * The address that a request came from: going back from the connection's own as long as a trusted
   * proxy says who it speaks for.
   *
   * @param peer of the connection
   * @param forwardedFor all values of {@code X-Forwarded-For}, in order
   * @return IPv4 as usual; IPv6 by its first 64 bits, since one person has all the others
   */
  String client(String peer, List<String> forwardedFor) {
    List<String> named = new ArrayList<>(List.of(String.join(",", forwardedFor).split(",")));
    Collections.reverse(named);
    Optional<InetAddress> current = literal(peer);
    for (String next : named) {
      if (current.isEmpty() || !isTrusted(current.get())) {
        break;
      }
      Optional<InetAddress> before = literal(withoutPort(next.strip()));
      if (before.isEmpty()) {
        break;
      }
      current = before;
    }
    return current.map(Addresses::text).orElse("unknown");
  }

  boolean isTrusted(String peer) {
    return literal(peer).filter(this::isTrusted).isPresent();
  }

  private boolean isTrusted(InetAddress address) {
    return trusted.stream().anyMatch(range -> range.contains(address));
  }

  /** Whether text is an address of this machine itself. */
  static boolean isLoopback(String text) {
    return literal(text).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  /** Reads an address without asking any name server. */
  static Optional<InetAddress> literal(String text) {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    int zone = bare.indexOf('%');
    bare = zone < 0 ? bare : bare.substring(0, zone);
    boolean v6 = bare.contains(":") && V6.matcher(bare).matches();
    if (!v6 && !V4.matcher(bare).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(bare));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static String withoutPort(String text) {
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      return end < 0 ? text : text.substring(1, end);
    }
    int colon = text.indexOf(':');
    return colon >= 0 && colon == text.lastIndexOf(':') ? text.substring(0, colon) : text;
  }

  private static String text(InetAddress address) {
    if (address instanceof Inet4Address) {
      return address.getHostAddress();
    }
    byte[] bytes = address.getAddress();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i += 2) {
      text.append(Integer.toHexString((bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff)).append(':');
    }
    return text.append(":/64").toString();
  }

  private static IllegalArgumentException notARange(String text) {
    return new IllegalArgumentException(
        "a trusted proxy is an address or a range such as 10.0.0.0/8, was '" + text + "'");
  }
}
