/** Where a user and a password stand in an address: between the scheme and the last `@` before a space, a quote or a bracket. */
const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>]*@/gi;
/** Parts of a query that are secrets by their names. */
const QUERY = /([?&][\w.-]*(?:password|passwd|token|secret|api_?key|signature|credential)[\w.-]*=)[^&\s"'<>]*/gi;

/** A text that a person is to see, without the passwords and tokens of the addresses in it. */
export const hideSecrets = (text: string): string => text.replace(USER_INFO, '$1***@').replace(QUERY, '$1***');

/** The same of a text that was to be an address: if it is malformed, all that stands before an `@` may be a password. */
export const hideAddressSecrets = (address: string): string =>
  hideSecrets(address.replace(/^([a-z+.-]+:\/+)?.*@/is, '$1***@'));

/** An address without its user and password; any other text as it is. */
export function withoutUserInfo(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.username === '' && url.password === '') return text;
  url.username = url.password = '';
  return url.href;
}
