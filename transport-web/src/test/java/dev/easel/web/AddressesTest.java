package dev.easel.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  private final Addresses none = new Addresses(List.of());
  private final Addresses proxies =
      new Addresses(List.of("10.0.0.0/8", "192.0.2.7", "2001:db8:ffff::/48", "::1"));

  @ParameterizedTest
  @CsvSource({
    "203.0.113.9, 203.0.113.9",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::/64",
    "2001:db8:1:2:ffff::1, 2001:db8:1:2::/64",
    "fe80::1%eth0, fe80:0:0:0::/64",
    "::ffff:203.0.113.9, 203.0.113.9",
    "no-address, unknown"
  })
  void addressIsWhatOnePersonHas(String peer, String client) {
    assertThat(none.client(peer, List.of())).isEqualTo(client);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.1.2.3 | 203.0.113.9 | 203.0.113.9",
        "10.1.2.3 | 198.51.100.1, 203.0.113.9 | 203.0.113.9",
        "10.1.2.3 | 198.51.100.1, 203.0.113.9, 192.0.2.7 | 203.0.113.9",
        "10.1.2.3 | 203.0.113.9:4711 | 203.0.113.9",
        "::1 | [2001:db8:1:2::5]:99 | 2001:db8:1:2::/64",
        "2001:db8:ffff::8 | 203.0.113.9 | 203.0.113.9",
        "10.1.2.3 | 10.9.9.9 | 10.9.9.9",
        "10.1.2.3 | unknown | 10.1.2.3",
        "10.1.2.3 | localhost | 10.1.2.3",
        "11.1.2.3 | 203.0.113.9 | 11.1.2.3"
      })
  void trustedProxiesAreGoneBackOver(String peer, String forwarded, String client) {
    assertThat(proxies.client(peer, List.of(forwarded))).isEqualTo(client);
  }

  @Test
  void severalHeadersAreOneList() {
    assertThat(proxies.client("10.1.2.3", List.of("203.0.113.9", "10.4.4.4")))
        .isEqualTo("203.0.113.9");
  }

  /**
   * In a process that has such names: whoever sends them as a host must not make us ask for them.
   */
  @Test
  void noNumbersAreLookedUpAsNames(@TempDir Path folder) throws Exception {
    String[] numbers = {"256.1.1.1", "999.999.999.999", "1.2.3.260"};
    Path hosts =
        Files.writeString(folder.resolve("hosts"), "127.0.0.1 " + String.join(" ", numbers) + "\n");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djdk.net.hosts.file=" + hosts,
                "-cp",
                System.getProperty("java.class.path"),
                AddressesTest.class.getName()));
    command.addAll(List.of(numbers));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();

    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("[false, false, false]");
  }

  /** Says of each argument whether it is taken for an address of this machine. */
  public static void main(String[] args) {
    System.out.print(Arrays.stream(args).map(Addresses::isLoopback).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0/x", "", "1.2.3", "1.2.3.256"})
  void rangesThatAreNoneAreRefused(String range) {
    assertThatThrownBy(() -> new Addresses(List.of(range)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + range + "'");
  }
}
