package io.vmxlab.lab;

import java.util.List;

/**
 * Lessons that belong together.
 *
 * @param id as typed: {@code launch}
 * @param title a few words
 * @param names of its lessons, in the order of teaching
 */
public record LessonTopic(String id, String title, List<String> names) {}
