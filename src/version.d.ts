/** The version in the package's own package.json, put in by the build. */
declare const __VERSION__: string;
