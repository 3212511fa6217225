/** The benchmark ends, for a reason that is said in one line. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;

  Refused(String message) {
    super(message);
  }
}
