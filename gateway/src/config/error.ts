/** A setting that is wrong. The message is one line that names the setting as it was written. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(
    /** The setting as the user wrote it: an option, an environment variable or a flag. */
    readonly setting: string,
    message: string,
  ) {
    super(message);
  }
}
