package dev.holdpoint.api;

import dev.holdpoint.sandbox.FileProblem;
import org.jboss.resteasy.reactive.common.headers.HeaderUtil;
import org.jboss.resteasy.reactive.common.util.CaseInsensitiveMap;
import org.jspecify.annotations.Nullable;

/** What the head of a part of a form says. */
final class PartHeaders {

    private PartHeaders() {}

    /** The path of the file in the form, relative to the folder that the form is sent to. */
    static String fileName(CaseInsensitiveMap<String> headers) throws FileProblem {
        if (headers.getFirst("Content-Transfer-Encoding") != null) {
            throw invalid("a form's files are sent as they are, without Content-Transfer-Encoding");
        }
        String name = quoted(headers.getFirst("Content-Disposition"));
        if (name == null || name.isEmpty()) {
            throw invalid("each part of the form is a file and has a filename");
        }
        if (name.startsWith("/")) {
            throw invalid(name + ": a file name of the form is relative to the folder in path");
        }
        if (name.endsWith("/")) {
            throw invalid(name + ": a file name of the form doesn't end with a slash");
        }
        return name;
    }

    private static @Nullable String quoted(@Nullable String disposition) {
        return disposition == null
                ? null
                : HeaderUtil.extractQuotedValueFromHeaderWithEncoding(disposition, "filename");
    }

    private static FileProblem invalid(String why) {
        return new FileProblem(FileProblem.Kind.INVALID_PATH, why);
    }
}
