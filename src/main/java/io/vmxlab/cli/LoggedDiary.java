package io.vmxlab.cli;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes through SLF4J and Logback to standard error. */
final class LoggedDiary implements Diary {
  private final Logger logger;

  LoggedDiary() {
    System.setProperty("logback.configurationFile", "io/vmxlab/cli/logback.xml");
    logger = LoggerFactory.getLogger("vmxlab");
  }

  @Override
  public void note(String note) {
    logger.info(note);
  }
}
