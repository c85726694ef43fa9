// The head of each HTML page: nothing is loaded from elsewhere, and only the page's own style and script apply.

/**
 * @param title a Liquid template
 * @param hasScript true: the page has a script, whose hash is the variable "scriptHash"
 * @returns a Liquid template, which takes "styleHash" and "style"
 */
export function pageHead(title: string, hasScript: boolean): string {
  const script = hasScript ? " script-src '{{ scriptHash }}';" : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{{ styleHash }}';${script} base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>{{ style | raw }}</style>
</head>`;
}
