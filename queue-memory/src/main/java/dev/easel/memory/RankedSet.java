package dev.easel.memory;

import org.jspecify.annotations.Nullable;

/**
 * Elements in the order of a number that each is added with, and between equals of a second one. It
 * knows how many stand before one: a treap with counts, in which each step is O(log n). The numbers
 * stand in the nodes, since a look at an element far away in memory is what costs most.
 */
final class RankedSet<E> {
  private @Nullable Node<E> root;
  private int random = 0x9E3779B9;

  int size() {
    return size(root);
  }

  boolean isEmpty() {
    return root == null;
  }

  /** The first element; the set must not be empty. */
  E first() {
    Node<E> node = root;
    if (node == null) {
      throw new IllegalStateException("the set is empty");
    }
    while (node.left != null) {
      node = node.left;
    }
    return node.element;
  }

  /** Takes the first element out; the set must not be empty. */
  E pollFirst() {
    Node<E> node = root;
    if (node == null) {
      throw new IllegalStateException("the set is empty");
    }
    Node<E> above = null;
    while (node.left != null) {
      node.size--;
      above = node;
      node = node.left;
    }
    if (above == null) {
      root = node.right;
    } else {
      above.left = node.right;
    }
    return node.element;
  }

  /** Adds an element under numbers that no other has. */
  void add(E element, double major, long minor) {
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    Node<E> added = new Node<>(element, major, minor, random);
    Node<E> above = null;
    Node<E> node = root;
    boolean toLeft = false;
    while (node != null && node.priority <= added.priority) {
      node.size++;
      above = node;
      toLeft = added.before(node.major, node.minor);
      node = toLeft ? node.left : node.right;
    }
    split(node, added);
    if (above == null) {
      root = added;
    } else if (toLeft) {
      above.left = added;
    } else {
      above.right = added;
    }
  }

  /** Takes out the element of these numbers, which must be there. */
  void remove(double major, long minor) {
    Node<E> above = null;
    Node<E> node = root;
    boolean toLeft = false;
    while (node != null && (node.major != major || node.minor != minor)) {
      node.size--;
      above = node;
      toLeft = !node.before(major, minor);
      node = toLeft ? node.left : node.right;
    }
    if (node == null) {
      throw new IllegalStateException("nothing has these numbers: " + major + ", " + minor);
    }
    Node<E> rest = merge(node.left, node.right);
    if (above == null) {
      root = rest;
    } else if (toLeft) {
      above.left = rest;
    } else {
      above.right = rest;
    }
  }

  /** How many stand before these numbers. */
  int rank(double major, long minor) {
    int rank = 0;
    Node<E> node = root;
    while (node != null) {
      if (node.before(major, minor)) {
        rank += size(node.left) + 1;
        node = node.right;
      } else {
        node = node.left;
      }
    }
    return rank;
  }

  /** Parts a tree into what comes before a node and what comes after, and hangs both below it. */
  private static <E> void split(@Nullable Node<E> tree, Node<E> at) {
    if (tree == null) {
      return;
    }
    if (tree.before(at.major, at.minor)) {
      split(tree.right, at);
      tree.right = at.left;
      at.left = tree;
    } else {
      split(tree.left, at);
      tree.left = at.right;
      at.right = tree;
    }
    tree.size = 1 + size(tree.left) + size(tree.right);
    at.size = 1 + size(at.left) + size(at.right);
  }

  private static <E> @Nullable Node<E> merge(@Nullable Node<E> low, @Nullable Node<E> high) {
    if (low == null) {
      return high;
    }
    if (high == null) {
      return low;
    }
    if (low.priority < high.priority) {
      low.size += high.size;
      low.right = merge(low.right, high);
      return low;
    }
    high.size += low.size;
    high.left = merge(low, high.left);
    return high;
  }

  private static int size(@Nullable Node<?> node) {
    return node == null ? 0 : node.size;
  }

  private static final class Node<E> {
    private final E element;
    private final double major;
    private final long minor;
    private final int priority;
    private int size = 1;
    private @Nullable Node<E> left;
    private @Nullable Node<E> right;

    private Node(E element, double major, long minor, int priority) {
      this.element = element;
      this.major = major;
      this.minor = minor;
      this.priority = priority;
    }

    private boolean before(double otherMajor, long otherMinor) {
      return major < otherMajor || (major == otherMajor && minor < otherMinor);
    }
  }
}
