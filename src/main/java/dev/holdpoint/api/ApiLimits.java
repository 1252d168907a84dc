package dev.holdpoint.api;

import java.time.Duration;

/**
 * The bounds of single requests.
 *
 * @param maxUploadBytes the largest file that may be uploaded
 * @param maxImportBytes the largest journal that may be imported
 * @param maxRequestBytes the largest JSON body
 * @param execTimeout of a person's command that names none
 * @param execTimeoutMax the longest that a person may ask for
 */
public record ApiLimits(
        long maxUploadBytes, long maxImportBytes, int maxRequestBytes, Duration execTimeout, Duration execTimeoutMax) {}
