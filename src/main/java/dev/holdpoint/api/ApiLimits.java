package dev.holdpoint.api;

import java.time.Duration;

/**
 * The bounds of single requests.
 *
 * @param maxUploadBytes the most that one request may upload
 * @param maxUploadFiles the most files that one request may upload
 * @param maxArchiveBytes the largest folder that may be downloaded, by the sizes of its files
 * @param maxImportBytes the largest journal that may be imported
 * @param maxRequestBytes the largest JSON body
 * @param execTimeout of a person's command that names none
 * @param execTimeoutMax the longest that a person may ask for
 */
public record ApiLimits(
        long maxUploadBytes,
        int maxUploadFiles,
        long maxArchiveBytes,
        long maxImportBytes,
        int maxRequestBytes,
        Duration execTimeout,
        Duration execTimeoutMax) {}
